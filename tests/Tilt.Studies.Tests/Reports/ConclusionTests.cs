using Tilt.Results;
using Tilt.Studies.Reports;

namespace Tilt.Studies.Tests.Reports;

public sealed class ConclusionTests : IDisposable
{
    private readonly ReportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_difference_whose_interval_leaves_out_0_counts()
    {
        string run = _folder.Run("reward", [0.4, 0.9]);
        string start = _folder.Evaluation("base", "base", ("temperature-1", i => i % 3));
        string trained = _folder.Evaluation(
            "after", Path.Combine(run, "checkpoints", "step-10"), ("temperature-1", i => i % 4 == 0 ? 3 : 4));
        ReportFigures figures = ReportReader.Read([start, trained, run]);
        string all = string.Join('\n', figures.Groups[0].Conclusions);
        Assert.Contains("On 40 test problems of arithmetic, after, temperature-1 is the highest of 2 methods with 93.8 %", all,
            StringComparison.Ordinal);
        Assert.Contains("the interval leaves out 0", all, StringComparison.Ordinal);
        Assert.Contains("after (task-reward, seed 1) is above the base with the same method (temperature-1): +69.4 points", all,
            StringComparison.Ordinal);
        Assert.Contains("With 4 outputs the base has a right one on 65.0 % of the problems (pass@4)", all, StringComparison.Ordinal);
        Assert.Contains("it does not reach the trained model", all, StringComparison.Ordinal);
        Assert.Contains("pass@4 of after, temperature-1 is above that of the base: +35.0 points", all, StringComparison.Ordinal);
        Assert.Contains("reward (task-reward, seed 1) goes from 40.0 % at step 0 to 90.0 % at step 10 on 200 selection problems, a rise "
            + "beyond the intervals of both. Its last accuracy is its highest.", figures.RunConclusions);
    }

    [Fact]
    public void Small_differences_are_undecided()
    {
        string start = _folder.Evaluation("base", "base", ("temperature-1", i => i % 3));
        string trained = _folder.Evaluation("after", "x/checkpoints/step-1", ("temperature-1", i => i == 7 ? 2 : i % 3));
        string all = string.Join('\n', ReportReader.Read([start, trained]).Groups[0].Conclusions);
        Assert.Contains("the interval holds 0, so whether it is above is undecided", all, StringComparison.Ordinal);
        Assert.Contains("Whether after differs from the base with the same method (temperature-1) is undecided", all,
            StringComparison.Ordinal);
        Assert.Contains("Whether pass@4 of after, temperature-1 differs from that of the base is undecided", all, StringComparison.Ordinal);
    }

    [Fact]
    public void The_base_can_be_the_highest_and_reach_a_trained_model_in_several_attempts()
    {
        string start = _folder.Evaluation("base", "base", ("temperature-1", _ => 2));
        string trained = _folder.Evaluation("after", "x/checkpoints/step-1", ("temperature-1", i => i % 2));
        string all = string.Join('\n', ReportReader.Read([start, trained]).Groups[0].Conclusions);
        Assert.Contains("base, temperature-1 is the highest of 2 methods", all, StringComparison.Ordinal);
        Assert.Contains("no other method is above the base", all, StringComparison.Ordinal);
        Assert.Contains("after is below the base", all, StringComparison.Ordinal);
        Assert.Contains("more than one output of the trained model reaches", all, StringComparison.Ordinal);
        Assert.Contains("several attempts reach fewer problems", all, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_base_the_first_is_compared_with_and_named_so()
    {
        string one = _folder.Evaluation("one", "x/checkpoints/step-1", ("temperature-1", _ => 1));
        string two = _folder.Evaluation("two", "y/checkpoints/step-1", ("temperature-1", _ => 4));
        ReportGroup group = ReportReader.Read([one, two]).Groups[0];
        string all = string.Join('\n', group.Conclusions);
        Assert.False(group.HasBase);
        Assert.Contains("There is no evaluation of an untrained model", all, StringComparison.Ordinal);
        Assert.Contains("two is above the first evaluation", all, StringComparison.Ordinal);
        Assert.DoesNotContain("the base", all, StringComparison.Ordinal);
    }

    [Fact]
    public void One_evaluation_alone_has_nothing_to_be_compared_with()
    {
        string one = _folder.Evaluation("one", "base", ("temperature-1", _ => 1));
        Assert.Equal("one, temperature-1 answers 25.0 % [15.0, 35.0] of 40 test problems of arithmetic correctly; there is nothing to "
            + "compare it with.", Assert.Single(ReportReader.Read([one]).Groups[0].Conclusions));
    }

    [Theory]
    [InlineData(0.9, 0.2, "it has fallen from there")]
    [InlineData(0.5, 0.48, "whether it has fallen from there is undecided")]
    public void A_run_that_ends_below_its_peak_has_fallen_where_intervals_part(double peak, double last, string said)
    {
        ReportFigures figures = ReportReader.Read([_folder.Run("run", [0.1, peak, last])]);
        string sentence = Assert.Single(figures.RunConclusions);
        Assert.Contains(said, sentence, StringComparison.Ordinal);
        Assert.EndsWith("No evaluation of this report is of one of its checkpoints.", sentence, StringComparison.Ordinal);
        Assert.Empty(figures.Groups);
    }

    [Fact]
    public void A_run_without_metrics_says_so()
    {
        string run = _folder.Run("run", [0.1, 0.2]);
        File.Delete(Path.Combine(run, "metrics.jsonl"));
        Assert.StartsWith("run has no accuracy on selection problems yet. It stands at step 0 of 10.",
            Assert.Single(ReportReader.Read([run]).RunConclusions), StringComparison.Ordinal);
    }
}
