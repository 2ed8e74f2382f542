using Tilt.Configuration;
using Tilt.Objectives;
using Tilt.Settings;

namespace Tilt.Core.Tests.Settings;

public sealed class TrainingConfigurationTests
{
    [Fact]
    public void The_defaults_are_valid() => ConfigurationValidator.Validate(new TrainingConfiguration());

    [Theory]
    [InlineData("objective.alpha=2",
        "objective.alpha has no effect in the regime 'task-reward'; leave it out, or choose a regime with an exponent.")]
    [InlineData("objective.beta_inverse=1",
        "objective.beta_inverse has no effect in the regime 'task-reward'; leave it out, or choose 'tilted' or 'reward-plus-likelihood'.")]
    [InlineData("objective={regime: tempered, beta_inverse: 10}",
        "objective.beta_inverse has no effect in the regime 'tempered'; leave it out, or choose 'tilted' or 'reward-plus-likelihood'.")]
    [InlineData("objective={regime: sharpening, alpha: 0}",
        "objective.alpha is 0, which leaves the regime 'sharpening' without any reward; it must be greater than 0.")]
    [InlineData("objective={regime: tilted, beta_inverse: 0}", "objective.beta_inverse must be a number greater than 0, but is 0.")]
    [InlineData("objective={regime: tilted, kl_weight: 1}",
        "objective.kl_weight belongs to the regime 'custom'; the weights of 'tilted' follow from alpha and beta_inverse.")]
    [InlineData("objective={regime: tilted, normalization_exponent: 1}",
        "objective.normalization_exponent is used by the normalization 'weighted-mean' alone; leave it out, or choose that normalization.")]
    [InlineData("objective.normalization=mean",
        "objective.normalization has no effect in the regime 'task-reward' without a reference log-likelihood in the reward; leave it "
        + "out.")]
    [InlineData("objective={regime: custom, reward_weight: 1, kl_weight: 0}",
        "objective.likelihood_weight is missing; the regime 'custom' needs all three weights (0 leaves a term out).")]
    [InlineData("objective={regime: custom, reward_weight: 0, likelihood_weight: 0, kl_weight: 0}",
        "objective.reward_weight and the other two weights are 0, which leaves nothing to maximise; at least one must differ from 0.")]
    [InlineData("rollout.temperature=0.5",
        "rollout.temperature is 0.5, but responses drawn at a temperature other than 1 do not come from the policy that is trained; set it "
        + "to 1, or set allow_off_policy_temperature to true if that is meant.")]
    [InlineData("rollout.generations=1", "rollout has 1 generation, but the advantage 'leave-one-out' compares responses to one problem; "
        + "set rollout.generations to at least 2.")]
    [InlineData("rollout.generations=0", "rollout.generations must be a whole number of at least 1, but is 0.")]
    [InlineData("objective.fixed_length=true & loss.mask_truncated=true",
        "loss has mask_truncated, but responses of fixed length all end at the limit: nothing would be left to learn from; set one of "
        + "loss.mask_truncated and objective.fixed_length to false.")]
    [InlineData("loss.kind=gspo & loss.aggregation=sequence-mean-token-mean & importance.level=token",
        "importance has the level 'token', but the loss 'gspo' counts a response as one action; set importance.level to 'sequence' or "
        + "'none'.")]
    [InlineData("loss.kind=gspo & importance.level=sequence & loss.aggregation=token-mean",
        "loss.aggregation is 'token-mean', but the loss 'gspo' counts a response as one action, whatever its length; set it to "
        + "'sequence-mean-token-mean'.")]
    [InlineData("loss.updates=2",
        "loss.updates is 2, but the loss 'reinforce' holds only where the responses come from the policy as it is, for one update; set "
        + "it to "
        + "1, or choose the kind 'ppo-clip', 'cispo', 'gspo' or 'rloo-clip'.")]
    [InlineData("kl.coefficient=0.1 & kl.estimator=k1 & kl.place=loss",
        "kl.estimator is k1, whose gradient in the loss is noise around 0; choose k2 or k3, the place 'reward', or set importance_weighted "
        + "and through_weight to true.")]
    [InlineData("kl.coefficient=0.1 & objective.regime=tempered",
        "kl has a penalty in the reward, which the regime 'tempered' has too, so that its optimum would be another; leave kl out, or "
        + "choose the regime 'custom' with the sum of both.")]
    [InlineData("kl.coefficient=0.1 & kl.place=loss & kl.estimator=k3 & loss.filter_zero_variance=true",
        "loss has filter_zero_variance, but with a KL penalty in the loss such problems have a gradient too; set one of "
        + "loss.filter_zero_variance and kl.coefficient to its default.")]
    [InlineData("importance.bound=mask-sequence",
        "importance.bound is 'mask-sequence', whose bounds are those of a geometric mean over tokens, which is near 1; give floor and cap, "
        + "such as 0.999 and 1.002.")]
    [InlineData("importance={bound: mask, cap: null}",
        "importance.bound is 'mask', but there is nothing to mask without bounds; give cap, floor or both.")]
    [InlineData("optimizer.beta1=1", "optimizer.beta1 must be a number of at least 0 and less than 1, but is 1.")]
    [InlineData("adapter.rank=0", "adapter.rank must be a whole number of at least 1, but is 0.")]
    [InlineData("adapter.alpha=-1", "adapter.alpha must be a number greater than 0, but is -1.")]
    [InlineData("adapter={target_modules: []}", "adapter.target_modules is empty; name at least one linear layer, or all-linear.")]
    [InlineData("adapter={target_modules: [all-linear, q_proj]}",
        "adapter.target_modules holds all-linear beside other names; all-linear alone already is every linear layer.")]
    [InlineData("adapter={path: /tmp, rank: 8}",
        "adapter.rank is given beside a path, but the adapter that training starts from has its own; leave it out.")]
    [InlineData("adapter={path: /tmp, target_modules: [q_proj]}",
        "adapter.target_modules is given beside a path, but the adapter that training starts from has its own; leave it out.")]
    [InlineData("name=a/b", "name is 'a/b', but must be a name that can be part of a folder's name: not empty, without slashes.")]
    public void What_cannot_be_is_refused_with_the_reason(string setting, string sentence)
    {
        string message = Assert.Throws<InputException>(() => Read(setting)).Message;
        string place = sentence.Contains("is missing", StringComparison.Ordinal) ? "" : "on the command line: ";
        Assert.Equal($"test.yaml has 1 problem:\n  - {place}{sentence}", message);
    }

    [Fact]
    public void Rules_of_the_whole_are_told_beside_other_mistakes()
    {
        string message = Assert.Throws<InputException>(() => Read(
            "rollout.top_p=0.9 & optimizer.beta1=2 & objective.fixed_length=true & loss.mask_truncated=true & max_time=soon")).Message;
        Assert.Contains("rollout.top_p is not a known key", message, StringComparison.Ordinal);
        Assert.Contains("optimizer.beta1 must be", message, StringComparison.Ordinal);
        Assert.Contains("max_time is 'soon'", message, StringComparison.Ordinal);
        Assert.Contains("loss has mask_truncated, but responses of fixed length", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_key_of_the_adapter_switches_it_on_and_it_reads_back_as_written()
    {
        Assert.Null(Read("seed=1").Adapter);
        Assert.Null(Read("adapter=null").Adapter);
        foreach (string setting in new[] { "adapter={}", "adapter.rank=8",
            "adapter={target_modules: [q_proj, v_proj], alpha: 4, rank_stabilized: true}" })
        {
            TrainingConfiguration configuration = Read(setting);
            Assert.NotNull(configuration.Adapter);
            string yaml = ConfigurationWriter.ToYaml(configuration, comments: true);
            Assert.Equal(yaml,
                ConfigurationWriter.ToYaml(
                    ConfigurationReader.ReadText<TrainingConfiguration>(yaml.Replace(configuration.Model, "/tmp", StringComparison.Ordinal),
                        "again.yaml", []) with
                    { Model = configuration.Model }, comments: true));
        }
        Assert.Equal(8, Read("adapter.rank=8").Adapter!.Rank);
    }

    [Fact]
    public void Each_regime_has_the_weights_of_the_paper()
    {
        Assert.Equal(Objective.TaskReward, Read("seed=1").Objective.ToObjective());
        Assert.Equal(new Objective(0, 2, 0), Read("objective={regime: sharpening, alpha: 2}").Objective.ToObjective());
        Assert.Equal(new Objective(0, 0.25, 1, LengthNormalization.Mean),
            Read("objective={regime: tempered, alpha: 1.25, normalization: mean}").Objective.ToObjective());
        Assert.Equal(new Objective(1, 0.01, 0.01), Read("objective={regime: tilted, alpha: 2}").Objective.ToObjective());
        Assert.Equal(new Objective(1, 0.2, 0),
            Read("objective={regime: reward-plus-likelihood, alpha: 2, beta_inverse: 10}").Objective.ToObjective());
        Assert.Equal(
            new Objective(1, 2, 3, LengthNormalization.WeightedMean, 0.7),
            Read("objective={regime: custom, reward_weight: 1, likelihood_weight: 2, kl_weight: 3, normalization: weighted-mean, "
                + "normalization_exponent: 0.7}").Objective.ToObjective());
    }

    [Fact]
    public void A_configuration_made_in_code_is_checked_too()
    {
        TrainingConfiguration configuration = new() { Steps = 0, Optimizer = new() { LearningRate = double.NaN } };
        Assert.Equal(
            "The configuration has 2 problems:\n  - steps must be a whole number of at least 1, but is 0.\n  - optimizer.learning_rate "
            + "must be a number greater than 0, but is NaN.",
            Assert.Throws<InputException>(() => ConfigurationValidator.Validate(configuration)).Message);
    }

    private static TrainingConfiguration Read(string setting)
    {
        using TemporaryFolder folder = new();
        return ConfigurationReader.ReadText<TrainingConfiguration>($"model: {folder.Root}", "test.yaml", setting.Split(" & "));
    }
}
