namespace Tilt.Models;

/// <summary>A block's weights as the kernels read them: joined where they share an input, packed for x·Wᵀ and for dy·W.</summary>
internal sealed unsafe class BlockWeights
{
    private BlockWeights(BlockAddresses parameters) => Parameters = parameters;

    public BlockAddresses Parameters { get; }

    /// <summary>For the forward pass: <c>[inputs, outputs]</c>.</summary>
    public PanelMatrix QueryKeyValue { get; private init; }

    public PanelMatrix Output { get; private init; }

    public PanelMatrix GateUp { get; private init; }

    public PanelMatrix Down { get; private init; }

    /// <summary>For the backward pass: <c>[outputs, inputs]</c>.</summary>
    public PanelMatrix QueryKeyValueBackward { get; private init; }

    public PanelMatrix OutputBackward { get; private init; }

    public PanelMatrix GateUpBackward { get; private init; }

    public PanelMatrix DownBackward { get; private init; }

    /// <summary>Floats that the packed matrices of one block take.</summary>
    public static nint Elements(ModelConfiguration shape)
    {
        var heads = AttentionKernel.Shape.Of(shape);
        int hidden = shape.HiddenSize, inner = shape.IntermediateSize;
        nint both = 0;
        foreach ((int inputs, int outputs) in new[] { (hidden, heads.Width), (heads.OutputWidth, hidden), (hidden, 2 * inner), (inner, hidden) })
            both += AlignedBuffer.Part(PanelMatrix.Elements(inputs, outputs)) + AlignedBuffer.Part(PanelMatrix.Elements(outputs, inputs));
        return both;
    }

    /// <summary>Packs the weights into <paramref name="memory"/>.</summary>
    public static BlockWeights Pack(ModelConfiguration shape, BlockAddresses parameters, AlignedBuffer memory)
    {
        var heads = AttentionKernel.Shape.Of(shape);
        int hidden = shape.HiddenSize, inner = shape.IntermediateSize, keys = heads.KeyHeads * heads.HeadSize;
        var queryKeyValue = (Part[])[new(parameters.Query, heads.OutputWidth), new(parameters.Key, keys), new(parameters.Value, keys)];
        var output = (Part[])[new(parameters.Output, hidden)];
        var gateUp = (Part[])[new(parameters.Gate, inner), new(parameters.Up, inner)];
        var down = (Part[])[new(parameters.Down, hidden)];
        return new BlockWeights(parameters)
        {
            QueryKeyValue = Forward(queryKeyValue, hidden, memory),
            Output = Forward(output, heads.OutputWidth, memory),
            GateUp = Forward(gateUp, hidden, memory),
            Down = Forward(down, inner, memory),
            QueryKeyValueBackward = Backward(queryKeyValue, hidden, memory),
            OutputBackward = Backward(output, heads.OutputWidth, memory),
            GateUpBackward = Backward(gateUp, hidden, memory),
            DownBackward = Backward(down, inner, memory),
        };
    }

    private static PanelMatrix Forward(Part[] parts, int inputs, AlignedBuffer memory)
    {
        int outputs = parts.Sum(p => p.Outputs), first = 0;
        var matrix = new PanelMatrix(memory.Take(PanelMatrix.Elements(inputs, outputs)), inputs, outputs);
        matrix.ClearPadding();
        foreach (Part part in parts)
        {
            matrix.SetTransposed(first, part.Weight, part.Outputs);
            first += part.Outputs;
        }
        return matrix;
    }

    private static PanelMatrix Backward(Part[] parts, int inputs, AlignedBuffer memory)
    {
        int outputs = parts.Sum(p => p.Outputs), first = 0;
        var matrix = new PanelMatrix(memory.Take(PanelMatrix.Elements(outputs, inputs)), outputs, inputs);
        foreach (Part part in parts)
        {
            matrix.SetRows(first, part.Weight, inputs, part.Outputs);
            first += part.Outputs;
        }
        return matrix;
    }

    /// <summary>A weight <c>[outputs, inputs]</c> joined with others below it.</summary>
    private readonly struct Part(float* weight, int outputs)
    {
        public float* Weight => weight;

        public int Outputs => outputs;
    }
}
