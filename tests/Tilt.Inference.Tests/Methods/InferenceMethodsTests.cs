using CsCheck;
using Tilt.Exact;
using Tilt.Inference.Methods;
using Tilt.Inference.Methods.Beams;
using Tilt.Inference.Methods.Candidates;
using Tilt.Inference.Methods.Contracts;
using Tilt.Inference.Methods.Particles;
using Tilt.Inference.Methods.Power;
using Tilt.Inference.Methods.Sampling;

namespace Tilt.Inference.Tests.Methods;

public sealed class InferenceMethodsTests
{
    private static readonly Gen<double> Positive = Gen.OneOf(Gen.Double[1e-3, 100], Gen.Double[1e-12, 1e12],
        Gen.Int[1, 400].Select(n => n / 100.0), Gen.Const(5e-324), Gen.Const(double.MaxValue));
    private static readonly Gen<double> Share = Gen.OneOf(Gen.Double[1e-9, 1], Gen.Int[1, 100].Select(n => n / 100.0));
    private static readonly Gen<double> Real = Gen.Select(Positive, Gen.Bool, (value, negative) => negative ? -value : value);
    private static readonly Gen<double?> PerhapsPositive = Gen.Select(Positive, Gen.Bool, (value, there) => there ? value : (double?)null);
    private static readonly Gen<int> Count = Gen.OneOf(Gen.Int[1, 64], Gen.Int[1, MethodOptions.MostTogether]);

    /// <summary>Random options of every method, every option among them.</summary>
    private static readonly Gen<MethodOptions> Any = Gen.OneOf<MethodOptions>(
        Gen.Const<MethodOptions>(new GreedyOptions()),
        Gen.OneOf(Positive, Gen.Const(0.0)).Select(t => (MethodOptions)new TemperatureOptions { Truncation = new() { Temperature = t } }),
        Gen.Select(Positive, Gen.Int[0, 100], Share, Gen.OneOf(Share, Gen.Const(0.0)),
            (t, k, p, m) => (MethodOptions)new TemperatureOptions { Truncation = new() { Temperature = t, TopK = k, TopP = p, MinP = m } }),
        Gen.Select(Count, Gen.OneOf(Real, Gen.Const(0.0)), Gen.Bool,
            (w, l, e) => (MethodOptions)new BeamSearchOptions { Width = w, LengthPenalty = l, EarlyStopping = e }),
        Gen.Select(Positive, Gen.Int[1, int.MaxValue], Gen.Int[0, int.MaxValue], PerhapsPositive,
            (a, b, m, q) => (MethodOptions)new PowerSamplingOptions { Alpha = a, Blocks = b, MovesPerBlock = m, ProposalTemperature = q }),
        Gen.Select(Count, Gen.Int[0, 2]
            .Select(i => ((LikelihoodCriterion?[])[LikelihoodCriterion.Sequence, LikelihoodCriterion.MeanPerToken, null])[i]), Positive,
            (n, c, t) => (MethodOptions)new BestOfNOptions { Candidates = n, Criterion = c, Temperature = t }),
        Gen.Select(Count, Positive, (n, t) => (MethodOptions)new MajorityVoteOptions { Votes = n, Temperature = t }),
        Gen.Select(Positive, Count, Gen.OneOf(Share, Gen.Const(0.0)), Gen.Bool, PerhapsPositive, Gen.Select(Real, Gen.Bool),
            (a, n, s, stratified, q, b) => (MethodOptions)new SequentialMonteCarloOptions
            {
                Alpha = a,
                Particles = n,
                ResamplingThreshold = s,
                Resampling = stratified ? ResamplingScheme.Stratified : ResamplingScheme.Systematic,
                ProposalTemperature = q,
                BetaInverse = b.Item2 ? b.Item1 : null,
            }));

    [Fact]
    public void Every_option_of_every_method_is_read_back_from_its_name() => Any.Sample(options =>
    {
        MethodOptions read = InferenceMethods.Parse(options.Name);
        Assert.Equal(options, read);
        Assert.Equal(options.Name, read.Name);
        Assert.Equal(options.Name, read.Create(Resources()).Name);
        Assert.Matches("^[a-z0-9.-]+$", options.Name);
    }, iter: 3_000);

    [Fact]
    public void One_grammar_reads_each_example_and_no_other_does() => Assert.All(
        InferenceMethods.Grammars.SelectMany(grammar => grammar.Examples.Select(example => (Grammar: grammar, Example: example))),
        pair =>
        {
            Assert.Equal(pair.Example, pair.Grammar.Read(pair.Example)!.Name);
            Assert.Single(InferenceMethods.Grammars, grammar => grammar.Read(pair.Example) is not null);
        });

    [Theory]
    [InlineData("temperature-0.70", "temperature-0.7")]
    [InlineData("temperature-01-top-k-0-top-p-1.0", "temperature-1")]
    [InlineData("beam-4-early-stopping-penalty-1", "beam-4-penalty-1-early-stopping")]
    [InlineData("beam-4-penalty--0", "beam-4")]
    [InlineData("power-4-blocks-16-moves-10", "power-4")]
    [InlineData("power-4-moves-5-blocks-4", "power-4-blocks-4-moves-5")]
    [InlineData("best-of-8-reward-temperature-1", "best-of-8-reward")]
    [InlineData("smc-4-64-reward-0.00001-stratified-threshold-0.5", "smc-4-64-stratified-reward-0.00001")]
    public void A_name_has_one_spelling(string written, string canonical) => Assert.Equal(canonical, InferenceMethods.Parse(written).Name);

    [Theory]
    [InlineData("")]
    [InlineData("Greedy")]
    [InlineData("temperature")]
    [InlineData("temperature-1e5")]
    [InlineData("temperature-0.7-top-p")]
    [InlineData("temperature-0.7-top-p-0.9-top-p-0.9")]
    [InlineData("beam-4-penalty-")]
    [InlineData("beam-4.5")]
    [InlineData("beam-٤")]
    [InlineData("best-of-8")]
    [InlineData("greedy\n")]
    [InlineData("greedy-")]
    public void An_unknown_name_is_answered_with_those_that_there_are(string name)
    {
        Assert.Null(InferenceMethods.Find(name));
        string message = Assert.Throws<InputException>(() => InferenceMethods.Parse(name)).Message;
        Assert.All(InferenceMethods.Grammars, grammar => Assert.Contains(grammar.Form, message, StringComparison.Ordinal));
        Assert.Contains("for example", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bean-16", "beam-16")]
    [InlineData("Greedy", "greedy")]
    [InlineData("temprature-0.3-top-p-0.8", "temperature-0.3-top-p-0.8")]
    [InlineData("power-4-block-8-moves-3", "power-4-blocks-8-moves-3")]
    [InlineData("best-of-16-likelyhood", "best-of-16-likelihood")]
    [InlineData("smc-4-32-stratifed", "smc-4-32-stratified")]
    [InlineData("bean-0", "beam-4")]
    public void The_name_that_was_probably_meant_is_told(string name, string meant) =>
        Assert.Contains($"Did you mean {meant}?", Assert.Throws<InputException>(() => InferenceMethods.Parse(name)).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("best-of-0-likelihood")]
    [InlineData("power-0")]
    [InlineData("power-4-blocks-0")]
    [InlineData("temperature-0-top-k-5")]
    [InlineData("temperature--1")]
    [InlineData("beam-99999999999")]
    [InlineData("beam-65537")]
    [InlineData("majority-8-temperature-0")]
    [InlineData("smc-0-4")]
    [InlineData("smc-4-4-threshold-1.5")]
    public void Numbers_out_of_range_are_bad_input(string name) =>
        Assert.Contains($"'{name}' cannot run", Assert.Throws<InputException>(() => InferenceMethods.Find(name)).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("best-of-8-reward", "reward")]
    [InlineData("smc-4-8-reward-2", "reward")]
    [InlineData("majority-8", "answers")]
    public void What_a_method_needs_beside_a_model_must_be_there(string name, string what)
    {
        MethodResources resources = Resources() with { Reward = null, ReadAnswers = null };
        Assert.Contains(what, Assert.Throws<InputException>(() => InferenceMethods.Create(name, resources)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("greedy", true, true, 1, true)]
    [InlineData("temperature-0", true, true, 1, true)]
    [InlineData("temperature-0.7", false, true, 1, true)]
    [InlineData("temperature-1", false, true, 1, false)]
    [InlineData("temperature-1-top-p-0.9", false, true, 1, true)]
    [InlineData("temperature-1.5", false, true, 1, false)]
    [InlineData("beam-4", true, true, null, true)]
    [InlineData("power-4", false, false, null, true)]
    [InlineData("power-0.5", false, false, null, false)]
    [InlineData("best-of-8-likelihood", false, false, 8, true)]
    [InlineData("best-of-8-mean-likelihood", false, false, 8, true)]
    [InlineData("best-of-8-reward", false, false, 8, false, true)]
    [InlineData("majority-5", false, false, 5, false)]
    [InlineData("smc-4-64", false, false, 64, true)]
    [InlineData("smc-4-64-reward-16", false, false, 64, false, true)]
    public void Methods_say_what_they_are(string name, bool deterministic, bool tractable, int? draws, bool sharpens, bool gold = false)
    {
        IInferenceMethod method = InferenceMethods.Create(name, Resources());
        Assert.Equal((deterministic, tractable, draws, sharpens, gold),
            (method.IsDeterministic, method.HasTractableLaw, method.Draws, method.Options.Sharpens, method.UsesGold));
        Assert.False(InferenceMethods.Create(name, Resources() with { RewardUsesGold = false }).UsesGold);
    }

    private static MethodResources Resources()
    {
        TabularLanguageModel model = ExactLaw.Model();
        return new()
        {
            Model = model,
            Sampler = new LanguageModelSampler(model),
            Reward = (responses, _) => ValueTask.FromResult(new double[responses.Count]),
            ReadAnswers = (responses, _) => ValueTask.FromResult(new string?[responses.Count]),
        };
    }
}
