using Tilt.Acceptance.VerifierSearch;

namespace Tilt.Acceptance.VerifierAttack;

/// <summary>A way to write wrong responses to one problem: every state is wrong, whatever the mutations do.</summary>
/// <param name="gold">The problem.</param>
internal abstract class Attack(Gold gold)
{
    /// <summary>The problem.</summary>
    protected Gold Gold { get; } = gold;

    /// <summary>What is tried.</summary>
    public abstract string Name { get; }

    /// <summary>A first response.</summary>
    public abstract Token[] Start(Draws draws);

    /// <summary>A response that differs a little.</summary>
    public virtual Token[] Mutate(Token[] tokens, Draws draws) => Mutation.Of(tokens, Words, draws);

    /// <summary>What may be written in.</summary>
    protected virtual IReadOnlyList<string> Words => Vocabulary.Neutral;

    /// <summary>The attacks that fit a problem.</summary>
    public static Attack[] On(Gold gold)
    {
        Attack?[] attacks =
        [
            WordsAttack.Fitting(gold), VariantAttack.Fitting(gold), StatementAttack.Fitting(gold),
            .. gold.Count is null or < 4
                ? (Attack?[])[]
                : [new GlueAttack(gold), new FragmentAttack(gold), new CandidatesAttack(gold), new ChangedValueAttack(gold),
                    new AfterTurnAttack(gold)],
        ];
        return [.. attacks.OfType<Attack>()];
    }
}
