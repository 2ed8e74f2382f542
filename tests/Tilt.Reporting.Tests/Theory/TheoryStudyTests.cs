using Tilt.Exact;
using Tilt.Exact.Theory;
using Tilt.Objectives;
using Tilt.Reporting.Theory;
using Tilt.Settings;

namespace Tilt.Reporting.Tests.Theory;

public sealed class TheoryStudyTests
{
    private static readonly TheoryResults Standard =
        new TheoryStudy(new TheoryConfiguration()).Run(cancellationToken: TestContext.Current.CancellationToken);

    [Fact]
    public void The_standard_problem_shows_the_papers_argument()
    {
        ResponseRow mode = Standard.Top[0];
        Assert.Equal(1, mode.Length);
        Assert.False(mode.Right);
        Assert.True(Standard.BestRight!.Length > Standard.Configuration.Steps);
        // Sharpening gains first and loses all in the end; the task reward ends at certainty.
        Assert.True(Standard.Powers.Best.Parameter is > 1 and < 4);
        Assert.True(Standard.Powers.Best.Summary.Accuracy > Standard.Base.Accuracy + 0.05);
        Assert.Equal(0, Standard.Optima.Single(row => row.Name == "sharpening").Summary.Accuracy);
        Assert.Equal(1, Standard.Optima.Single(row => row.Name == "task-reward").Summary.Accuracy, 1e-12);
    }

    [Fact]
    public void Every_series_meets_the_base_model_where_it_should()
    {
        Assert.Equal(Standard.Base.Accuracy, Standard.Powers.At(1).Summary.Accuracy, 1e-12);
        Assert.Equal(Standard.Base.Entropy, Standard.ByReliance.Single(series => series.Parameter == 1).At(0).Summary.Entropy, 1e-10);
        Assert.All(Standard.Normalizations,
            series => Assert.Equal(Standard.Base.Accuracy, series.Tempered.Single(point => point.Parameter == 1).Summary.Accuracy, 1e-12));
        Assert.Equal(0, Standard.Temperatures.Single(row => row.Alpha == 1).TotalVariation, 1e-12);
        Assert.All(Standard.Flows, flow => Assert.Equal(Standard.Base.Accuracy, flow.Points[0].Summary.Accuracy, 1e-12));
        Assert.Equal(Standard.Base.Accuracy, Standard.OtherLength!.Powers.Single(point => point.Parameter == 1).Summary.Accuracy, 1e-12);
        Assert.Equal(1, Standard.ByLength.Sum(row => row.Right + row.Wrong), 1e-12);
        Assert.Equal(Standard.Responses, Standard.ByLength.Sum(row => row.Responses));
    }

    [Fact]
    public void A_reward_adds_its_weight_to_the_log_odds_of_being_right()
    {
        static double LogOdds(double share) => Math.Log(share / (1 - share));
        foreach (SweepSeries series in Standard.ByReliance)
        {
            foreach (SweepPoint point in series.Points.Where(point => point.Parameter <= 8))
                Assert.Equal(LogOdds(series.At(0).Summary.Accuracy) + point.Parameter, LogOdds(point.Summary.Accuracy), 1e-8);
        }
    }

    [Fact]
    public void The_natural_flow_of_sharpening_is_a_row_of_powers_and_every_flow_arrives()
    {
        FlowSeries natural = Standard.Flows.Single(flow => flow is { Objective: "sharpening", Geometry: "natural" });
        ExactProblem problem = new StepwiseProblem(Standard.Configuration).Enumerate(false);
        foreach (SweepPoint point in natural.Points.Where((_, i) => i % 10 == 0))
            Assert.Equal(problem.Describe(new ExactTarget(problem, Objective.Tempered(1 + point.Parameter)).Law).Accuracy,
                point.Summary.Accuracy, 1e-12);
        Assert.All(Standard.Flows, flow => Assert.True(flow.OptimalMass >= 0.999));
        Assert.All(Standard.Flows, flow => Assert.Equal(flow.End.Accuracy, flow.Points[^1].Summary.Accuracy, 2e-3));
    }

    [Fact]
    public void The_same_problem_gives_the_same_bits()
    {
        TheoryResults again = new TheoryStudy(new TheoryConfiguration()).Run(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(TheoryFile.ToJson(Standard), TheoryFile.ToJson(again));
        Assert.Equal(TheoryPage.ToHtml(Standard), TheoryPage.ToHtml(again));
    }

    [Fact]
    public void The_table_of_estimators_says_which_are_unbiased()
    {
        EstimatorResults results = EstimatorStudy.Run();
        string[] unbiased = [.. results.Gradients.Where(row => row.Moments.All(moments => moments.Bias < 1e-10)).Select(row => row.Name)];
        Assert.Equal(["leave-one-out, sequence sum", "no baseline, sequence sum", "group mean, sequence sum",
            "others' mean and std, sequence sum", "sequence ratio"], unbiased);
        Assert.All(results.Gradients.Where(row => !unbiased.Contains(row.Name)),
            row => Assert.All(row.Moments, moments => Assert.True(moments.Bias > 1e-2)));
        Assert.All(results.KlEstimators.Where(row => row.Name.StartsWith("k1", StringComparison.Ordinal)),
            row => Assert.True(row.GradientNorm < 1e-12));
        Assert.Equal(["k2, whole sequence", "whole distributions, in loss and reward"],
            results.KlEstimators.Where(row => row.ForwardError < 1e-12).Select(row => row.Name));
        Assert.Single(results.KlEstimators, row => row.ReverseError < 1e-12);
    }
}
