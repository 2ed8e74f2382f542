using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Safetensors;
using Tilt.Rollouts;

namespace Tilt.HuggingFace.Adapters;

/// <summary>
/// A low-rank adapter (Hu et al., "LoRA", arXiv 2106.09685): for each chosen linear layer y = W·x + s·B·(A·x), with W left as it
/// is. Reads and writes the folders of PEFT. Does not touch libtorch.
/// </summary>
public sealed class LoraAdapter
{
    /// <summary>Name of PEFT's configuration file.</summary>
    public const string ConfigurationFile = "adapter_config.json";

    /// <summary>Name of PEFT's weight file.</summary>
    public const string WeightFile = "adapter_model.safetensors";

    private const string Prefix = "base_model.model.", SuffixA = ".lora_A.weight", SuffixB = ".lora_B.weight",
        NewAdapter = "The adapter's configuration";

    private readonly Dictionary<string, LoraLayer> _byParameter;

    /// <summary>An adapter of the given layers.</summary>
    /// <param name="configuration">What it was made from.</param>
    /// <param name="layers">The layers, each of another parameter.</param>
    /// <exception cref="ArgumentException">Two layers adapt the same parameter.</exception>
    public LoraAdapter(LoraConfiguration configuration, IReadOnlyList<LoraLayer> layers)
    {
        (Configuration, Layers) = (configuration, layers);
        _byParameter = layers.ToDictionary(l => l.Parameter, StringComparer.Ordinal);
    }

    /// <summary>Ranks, scaling and target modules.</summary>
    public LoraConfiguration Configuration { get; }

    /// <summary>The adapted linear layers in the order of <see cref="ParameterLayout"/>.</summary>
    public IReadOnlyList<LoraLayer> Layers { get; }

    /// <summary>Number of weights in all A and B.</summary>
    public long ParameterCount => Layers.Sum(l => (long)l.A.Length + l.B.Length);

    /// <summary>
    /// The layer that adapts a parameter, such as <c>model.layers.0.self_attn.q_proj.weight</c>; null when that is not adapted.
    /// </summary>
    public LoraLayer? Find(string parameter) => _byParameter.GetValueOrDefault(parameter);

    /// <summary>Reads an adapter in PEFT's layout; weights of any floating type are widened or rounded to float32.</summary>
    /// <param name="folder">Folder with <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.</param>
    /// <param name="model">Shape of the base model.</param>
    /// <exception cref="InputException">
    /// A file is missing or damaged, the configuration asks for what is not supported, or the tensors are not those of an adapter of
    /// this model; one message lists every problem.
    /// </exception>
    public static LoraAdapter Load(string folder, ModelConfiguration model)
    {
        LoraConfiguration configuration = LoraConfigurationReader.Read(folder);
        string path = Path.Combine(folder, WeightFile);
        if (!File.Exists(path) && File.Exists(Path.Combine(folder, "adapter_model.bin")))
            throw new InputException(
                $"The adapter in '{folder}' is in PyTorch's pickle format (adapter_model.bin); save it as safetensors first.");
        IReadOnlyList<LoraShape> shapes =
            Shapes(configuration, model, $"The adapter configuration '{Path.Combine(folder, ConfigurationFile)}'", everyNameCounts: false);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        TensorFit.Check(
            $"The adapter weights '{path}' do not fit {ConfigurationFile} and the model",
            [.. shapes.SelectMany(s => new[] { s.A, s.B }).Select(p => p with { Name = PeftName(p.Name) })],
            file.Tensors);
        return new LoraAdapter(configuration,
            [.. shapes.Select(s => s.Layer(file.ReadFloats(PeftName(s.A.Name)), file.ReadFloats(PeftName(s.B.Name))))]);
    }

    /// <summary>
    /// A new adapter that changes nothing yet: B is zero, A uniform in ±1/√inputs (He et al., 2015, with a = √5, PEFT's choice), a
    /// pure function of seed, shape and layer.
    /// </summary>
    /// <exception cref="InputException">The configuration selects no linear layer of the model, or what is none; all problems are
    /// listed.</exception>
    public static LoraAdapter Initialize(LoraConfiguration configuration, ModelConfiguration model, uint seed)
    {
        string[] linear = [.. ParameterLayout.LinearLayers(model).Select(p => p.Name)];
        return new LoraAdapter(configuration, [.. Shapes(configuration, model, NewAdapter, everyNameCounts: true).Select(shape =>
        {
            // Numbered among all linear layers: what a layer starts from does not depend on which others are adapted.
            var stream =
                new RandomStream(seed, RandomDomain.Initialization, 0, (uint)Array.IndexOf(linear, shape.Parameter.Name), Sample: 1);
            double bound = 1 / Math.Sqrt(shape.Inputs);
            var a = new float[shape.Rank * shape.Inputs];
            for (int i = 0; i < a.Length; i++) a[i] = (float)(bound * (2 * stream.Uniform((uint)i) - 1));
            return shape.Layer(a, new float[shape.Outputs * shape.Rank]);
        })]);
    }

    /// <summary>Number of weights that an adapter of this configuration has.</summary>
    /// <exception cref="InputException">The configuration selects no linear layer of the model, or what is none; all problems are
    /// listed.</exception>
    public static long CountParameters(LoraConfiguration configuration, ModelConfiguration model) =>
        Shapes(configuration, model, NewAdapter, everyNameCounts: true).Sum(s => s.Rank * (s.Inputs + s.Outputs));

    /// <summary>Writes the adapter as PEFT does, weights in float32. Equal adapters give equal bytes.</summary>
    /// <param name="folder">Where; made when missing.</param>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        SafetensorsWriter.Write(Path.Combine(folder, WeightFile), Layers.SelectMany(l => new[]
        {
            SafetensorsEntry.Of(PeftName(l.Module + SuffixA), l.A, l.Rank, l.Inputs),
            SafetensorsEntry.Of(PeftName(l.Module + SuffixB), l.B, l.Outputs, l.Rank),
        }));
        LoraConfigurationWriter.Write(folder, Configuration);
    }

    private static string PeftName(string name) => Prefix + name;

    private static IReadOnlyList<LoraShape> Shapes(LoraConfiguration configuration, ModelConfiguration model, string what,
        bool everyNameCounts)
    {
        var problems = new List<string>();
        IReadOnlyList<ParameterShape> targets = TargetModules.Select(configuration, model, everyNameCounts, problems);
        if (problems.Count > 0) throw new InputException($"{what} cannot be used:\n" + string.Join('\n', problems.Select(p => "  - " + p)));
        return [.. targets.Select(t => new LoraShape(t, configuration.RankOf(t.Module), configuration.ScalingOf(t.Module)))];
    }

    private sealed record LoraShape(ParameterShape Parameter, int Rank, double Scaling)
    {
        public long Outputs => Parameter.Shape[0];

        public long Inputs => Parameter.Shape[1];

        public ParameterShape A => new(Parameter.Module + SuffixA, [Rank, Inputs]);

        public ParameterShape B => new(Parameter.Module + SuffixB, [Outputs, Rank]);

        public LoraLayer Layer(float[] a, float[] b) =>
            new(Parameter.Name, checked((int)Outputs), checked((int)Inputs), Rank, Scaling, a, b);
    }
}
