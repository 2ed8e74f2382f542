using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Families;
using Tilt.HuggingFace.Tests;
using Tilt.Inference.Fused;
using Tilt.Torch.CpuEngine;
using Tilt.Torch.Decoding;
using Tilt.Torch.DeviceEngine;
using Tilt.Torch.Model;
using Tilt.Torch.Tensors;
using TorchSharp;

namespace Tilt.Torch.Tests.Model;

/// <summary>What blocks have that an engine does not compute is never left out silently.</summary>
public sealed class EngineFeaturesTests
{
    /// <summary>A family with a feature of a later day.</summary>
    private static readonly ModelFamily Later = Qwen3.Family with { Name = "later", Features = (BlockFeatures)(1 << 20) };

    private static readonly ModelConfiguration Shape = TinyShape.Llama with { Family = Later };

    [Fact]
    public void Training_declines_a_feature_that_it_does_not_know() =>
        Assert.Contains("The libtorch engine does not know 1048576, which this model of the family later has",
            Assert.Throws<InputException>(() => Transformer.Initialize(Shape, 1)).Message);

    [Theory]
    [InlineData(WeightStorage.Mapped, "The libtorch engine")]
    [InlineData(WeightStorage.Packed, "The engine with packed weights")]
    public void Generation_declines_a_feature_that_it_does_not_know(WeightStorage storage, string engine)
    {
        string message =
            Assert.Throws<InputException>(() => TorchEngine.DecoderOf(new NoWeights(Shape), ComputePrecision.BFloat16, storage)).Message;
        Assert.StartsWith($"{engine} does not know 1048576", message);
    }

    /// <summary>
    /// Each of these families is computed by every engine; that they agree with each other is tested where the engines are.
    /// </summary>
    [Fact]
    public void Every_engine_knows_every_family()
    {
        foreach (ModelFamily family in ModelFamilies.All)
        {
            ModelConfiguration shape = TinyShape.Llama with { Family = family, RopeScaling = new(8, 1, 4, 32) };
            Assert.All(
                (BlockFeatures[])[FusedModel.Features, Decoder.Features, FusedDecoder.Features, CpuDecoder.Features, TorchDecoder.Features],
                known => Assert.True(known.Cover(shape)));
        }
    }

    /// <summary>A source that is never asked for a weight.</summary>
    private sealed class NoWeights(ModelConfiguration configuration) : IWeightSource
    {
        public ModelConfiguration Configuration => configuration;

        public torch.Device Device => torch.CPU;

        public bool IsFrozen => true;

        public torch.Tensor Read(string name) => throw new InvalidOperationException(name);

        public LoraLayer? Adapter(string name) => throw new InvalidOperationException(name);

        public void Release(string name) => throw new InvalidOperationException(name);
    }
}
