using Tilt.HuggingFace.Architecture;

namespace Tilt.Torch.TrainingKernels;

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
        foreach ((int inputs, int outputs) in new[] { (hidden, heads.Width), (heads.OutputWidth, hidden), (hidden, 2 * inner),
            (inner, hidden) })
            both += BufferArena.Part(PanelMatrix.Elements(inputs, outputs)) + BufferArena.Part(PanelMatrix.Elements(outputs, inputs));
        return both;
    }

    /// <summary>Packs the weights into <paramref name="memory"/>, <see cref="Elements"/> floats.</summary>
    public static BlockWeights Pack(ModelConfiguration shape, BlockAddresses parameters, float* memory)
    {
        var heads = AttentionKernel.Shape.Of(shape);
        int hidden = shape.HiddenSize, inner = shape.IntermediateSize, keys = heads.KeyHeads * heads.HeadSize;
        var queryKeyValue = (Part[])[new(parameters.Query, heads.OutputWidth), new(parameters.Key, keys), new(parameters.Value, keys)];
        var output = (Part[])[new(parameters.Output, hidden)];
        var gateUp = (Part[])[new(parameters.Gate, inner), new(parameters.Up, inner)];
        var down = (Part[])[new(parameters.Down, hidden)];
        return new BlockWeights(parameters)
        {
            QueryKeyValue = Forward(queryKeyValue, hidden, ref memory),
            Output = Forward(output, heads.OutputWidth, ref memory),
            GateUp = Forward(gateUp, hidden, ref memory),
            Down = Forward(down, inner, ref memory),
            QueryKeyValueBackward = Backward(queryKeyValue, hidden, ref memory),
            OutputBackward = Backward(output, heads.OutputWidth, ref memory),
            GateUpBackward = Backward(gateUp, hidden, ref memory),
            DownBackward = Backward(down, inner, ref memory),
        };
    }

    private static PanelMatrix Forward(Part[] parts, int inputs, ref float* memory)
    {
        int outputs = parts.Sum(p => p.Outputs), first = 0;
        var matrix = Take(inputs, outputs, ref memory);
        matrix.ClearPadding();
        foreach (Part part in parts)
        {
            matrix.SetTransposed(first, part.Weight, part.Outputs);
            first += part.Outputs;
        }
        return matrix;
    }

    private static PanelMatrix Backward(Part[] parts, int inputs, ref float* memory)
    {
        int outputs = parts.Sum(p => p.Outputs), first = 0;
        var matrix = Take(outputs, inputs, ref memory);
        foreach (Part part in parts)
        {
            matrix.SetRows(first, part.Weight, inputs, part.Outputs);
            first += part.Outputs;
        }
        return matrix;
    }

    private static PanelMatrix Take(int depth, int columns, ref float* memory)
    {
        var matrix = new PanelMatrix(memory, depth, columns);
        memory += BufferArena.Part(PanelMatrix.Elements(depth, columns));
        return matrix;
    }

    /// <summary>A weight <c>[outputs, inputs]</c> joined with others below it.</summary>
    private readonly struct Part(float* weight, int outputs)
    {
        public float* Weight => weight;

        public int Outputs => outputs;
    }
}
