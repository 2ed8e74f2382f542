namespace Tilt.HuggingFace.Adapters;

/// <summary>What a low-rank adapter is made from, as PEFT's <c>adapter_config.json</c> states it.</summary>
public sealed record LoraConfiguration
{
    /// <summary>Rank of layers without a rank of their own (<c>r</c>).</summary>
    public required int Rank { get; init; }

    /// <summary>Alpha of layers without an alpha of their own (<c>lora_alpha</c>).</summary>
    public required double Alpha { get; init; }

    /// <summary>Scaling alpha / √rank instead of alpha / rank (<c>use_rslora</c>; Kalajdzievski, arXiv 2312.03732).</summary>
    public bool RankStabilized { get; init; }

    /// <summary>
    /// Dropout while training (<c>lora_dropout</c>). Using and merging an adapter has none; training is supported at 0 only.
    /// </summary>
    public double Dropout { get; init; }

    /// <summary>Which layers are adapted (<c>target_modules</c>).</summary>
    public ModuleSelector TargetModules { get; init; } = ModuleSelector.AllLinear;

    /// <summary>Which of them are not (<c>exclude_modules</c>), or null.</summary>
    public ModuleSelector? ExcludedModules { get; init; }

    /// <summary>Blocks that are adapted (<c>layers_to_transform</c>); empty for all.</summary>
    public IReadOnlyList<int> Blocks { get; init; } = [];

    /// <summary>Ranks of layers by pattern, the first that matches counts (<c>rank_pattern</c>).</summary>
    public ModulePatterns<int> RankPattern { get; init; } = new([]);

    /// <summary>Alphas of layers by pattern, the first that matches counts (<c>alpha_pattern</c>).</summary>
    public ModulePatterns<double> AlphaPattern { get; init; } = new([]);

    /// <summary>Where the base model came from (<c>base_model_name_or_path</c>): a note, never followed.</summary>
    public string? BaseModel { get; init; }

    /// <summary>Rank of a layer, named without <c>.weight</c>.</summary>
    public int RankOf(string module) => RankPattern.ValueOf(module, Rank);

    /// <summary>Factor of B·A in a layer, named without <c>.weight</c>.</summary>
    public double ScalingOf(string module)
    {
        int rank = RankOf(module);
        return AlphaPattern.ValueOf(module, Alpha) / (RankStabilized ? Math.Sqrt(rank) : rank);
    }
}
