using System.ComponentModel;
using Tilt.Configuration;
using Tilt.Rewards;
using Tilt.Verification;

// The descriptions document the properties: comments of config.yaml and docs/configuration.md are made from them.
#pragma warning disable CS1591

namespace Tilt.Settings;

/// <summary>The task reward: one by name, and perhaps others that are added to it.</summary>
public sealed record RewardConfiguration : RewardTermConfiguration
{
    [Description("Further rewards that are added with weights; outcome and answer stay those of the first.")]
    public IReadOnlyList<AddedRewardConfiguration> Add { get; init; } = [];

    /// <summary>The reward that a valid configuration names.</summary>
    /// <param name="ofTask">The task's own reward.</param>
    /// <exception cref="InputException">A pattern cannot be used, or limits are in the wrong order.</exception>
    public IReward ToReward(IReward ofTask) => Add.Count == 0
        ? ToTerm(ofTask)
        : new WeightedSumReward([(ToTerm(ofTask), 1), .. Add.Select(added => (added.ToTerm(ofTask), added.Weight))]);

    // Lists compare by what is in them: a configuration that is read again is the same.
    /// <inheritdoc/>
    public bool Equals(RewardConfiguration? other) => base.Equals(other) && Add.SequenceEqual(other.Add);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Add.Count);
}

/// <summary>A reward that is added to the first one.</summary>
public sealed record AddedRewardConfiguration : RewardTermConfiguration
{
    [Description("What the reward is multiplied by.")]
    public double Weight { get; init; } = 1;
}

/// <summary>A reward by name, with the keys that it needs.</summary>
public record RewardTermConfiguration : IValidatable
{
    [Description("Which reward.")]
    public RewardName Name { get; init; } = RewardName.Task;

    [Description("What the verifier of the reward 'math' asks of an answer: evaluated (worked out where the gold answer is a numeral: "
        + "boxing the question earns nothing) or any; null takes evaluated.")]
    public AnswerForm? Form { get; init; }

    [Description("Which boxes the verifier of the reward 'math' reads: last, or all of them as a list, as the authors' grader does; null "
        + "takes last.")]
    public BoxSelection? Boxes { get; init; }

    [Description("Pattern of the reward 'regex': a .NET regular expression without back-references and look-around; a group named answer "
        + "must be the gold answer.")]
    public string? Pattern { get; init; }

    [Description("Where the reward 'http' posts batches of responses to.")]
    public string? Endpoint { get; init; }

    [Description("Characters of a response that the reward 'length' leaves without a penalty.")]
    [AtLeast(0)]
    public int? FreeCharacters { get; init; }

    [Description("Characters from which the penalty of the reward 'length' is -1.")]
    [AtLeast(1)]
    public int? LimitCharacters { get; init; }

    [Description("Whether the reward 'format' asks for one <think> block before the answer; null takes false.")]
    public bool? RequireThinking { get; init; }

    /// <summary>The reward that is named, without others that are added to it.</summary>
    internal IReward ToTerm(IReward ofTask) => Name switch
    {
        RewardName.Task => ofTask,
        RewardName.Math => new MathReward(new Verifier(new() { Form = Form ?? AnswerForm.Evaluated, Boxes = Boxes ?? BoxSelection.Last })),
        RewardName.Exact => new ExactMatchReward(),
        RewardName.LastNumber => new LastNumberReward(),
        RewardName.Regex => new RegexReward(Pattern!),
        RewardName.Format => new FormatReward(RequireThinking ?? false),
        RewardName.Length => new LengthReward(FreeCharacters!.Value, LimitCharacters!.Value),
        RewardName.Http =>
            new HttpReward(new HttpClient { Timeout = System.Threading.Timeout.InfiniteTimeSpan }, new() { Endpoint = new Uri(Endpoint!) }),
        _ => throw new InvalidOperationException($"The reward {Name} is not defined."),
    };

    /// <inheritdoc/>
    public IEnumerable<ConfigurationProblem> Validate()
    {
        (string Key, RewardName Owner, bool IsGiven, bool IsNeeded)[] keys =
        [
            (nameof(Form), RewardName.Math, Form is not null, false),
            (nameof(Boxes), RewardName.Math, Boxes is not null, false),
            (nameof(Pattern), RewardName.Regex, Pattern is not null, true),
            (nameof(Endpoint), RewardName.Http, Endpoint is not null, true),
            (nameof(FreeCharacters), RewardName.Length, FreeCharacters is not null, true),
            (nameof(LimitCharacters), RewardName.Length, LimitCharacters is not null, true),
            (nameof(RequireThinking), RewardName.Format, RequireThinking is not null, false),
        ];
        foreach ((string key, RewardName owner, bool isGiven, bool isNeeded) in keys)
        {
            if (Name == owner && isNeeded && !isGiven)
                yield return new(key, $"is missing; the reward '{ConfigurationName.OfEnum(owner)}' needs it.");
            if (Name != owner && isGiven)
                yield return new(key, $"belongs to the reward '{ConfigurationName.OfEnum(owner)}'; leave it out, or choose that reward.");
        }

        if (FreeCharacters >= LimitCharacters)
            yield return new(nameof(FreeCharacters), $"is {FreeCharacters}, but must be less than limit_characters, {LimitCharacters}.");
        if (Endpoint is not null && !(Uri.TryCreate(Endpoint, UriKind.Absolute, out Uri? uri) && (uri.Scheme is "http" or "https")))
            yield return new(nameof(Endpoint), $"is '{Endpoint}', but must be an address such as http://localhost:8000/score.");
    }
}

/// <summary>The rewards by name.</summary>
public enum RewardName
{
    [Description("the task's own")]
    Task,

    [Description("1 where the verifier finds the answer equal to the gold answer")]
    Math,

    [Description("1 where the extracted answer is the gold answer letter by letter")]
    Exact,

    [Description("1 where the response ended by itself and its last number is the gold answer")]
    LastNumber,

    [Description("1 where pattern matches")]
    Regex,

    [Description("1 where the answer stands in a box, right or wrong")]
    Format,

    [Description("0 up to free_characters, falling to -1 at limit_characters")]
    Length,

    [Description("what a service of one's own answers")]
    Http,
}
