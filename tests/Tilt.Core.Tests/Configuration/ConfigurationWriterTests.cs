using CsCheck;
using Tilt.Configuration;
using Tilt.Settings;

namespace Tilt.Core.Tests.Configuration;

public sealed class ConfigurationWriterTests
{
    private static readonly string[] Awkward =
        ["", "null", "~", "true", "1e3", "- a", "a: b", "a #b", " a", "a ", "é€😀", "NULL", "=", "<<", "---", "..."];
    private static readonly Gen<double> Number = Gen.Double.Where(double.IsFinite);
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String,
        Gen.Char["ab:#-'\"\\ {}[],&*!|>%@`~\n\t\r\u0085\u2028\uFEFF"].Array[0, 8].Select(characters => new string(characters)),
        Gen.Int[0, Awkward.Length - 1].Select(index => Awkward[index]))
        .Where(text => text.EnumerateRunes().All(rune => rune != System.Text.Rune.ReplacementChar));

    [Fact]
    public void What_is_written_is_read_back_exactly() =>
        Gen.Select(Text, Gen.Int, Gen.Long, Number, Gen.Float.Where(float.IsFinite), Gen.Bool, Gen.Int[1, 9].Nullable(), Text.Array[0, 3])
            .Sample((text, count, big, rate, single, on, maybe, names) =>
            {
                ConfigurationReaderTests.Inner inner = new() { Size = 3, Names = names };
                ConfigurationReaderTests.Outer written = new()
                {
                    Text = text,
                    Count = count,
                    Big = big,
                    Rate = rate,
                    Single = single,
                    On = on,
                    Maybe = maybe,
                    Inner = inner,
                    Color = on ? ConfigurationReaderTests.Color.DarkBlue : ConfigurationReaderTests.Color.Red,
                    Items = [inner, new()],
                    Numbers = new Dictionary<string, double> { [text] = rate },
                    Table = new Dictionary<string, ConfigurationReaderTests.Inner> { ["b"] = inner, ["a"] = new() },
                };
                foreach (bool comments in new[] { false, true })
                {
                    string yaml = ConfigurationWriter.ToYaml(written, comments);
                    ConfigurationReaderTests.Outer read = ConfigurationReader.ReadText<ConfigurationReaderTests.Outer>(yaml, "written", []);
                    Assert.Equal(yaml, ConfigurationWriter.ToYaml(read, comments));
                    Assert.Equal((text, count, big, rate, single, on, maybe),
                        (read.Text, read.Count, read.Big, read.Rate, read.Single, read.On, read.Maybe));
                    Assert.Equal(BitConverter.DoubleToInt64Bits(rate), BitConverter.DoubleToInt64Bits(read.Numbers![text]));
                    Assert.Equal(names, read.Inner.Names);
                    Assert.Equal(names, read.Items[0].Names);
                    Assert.Equal(["b", "a"], read.Table!.Keys);
                }
            }, iter: 300, seed: "0N0XIzNsQ0O2");

    [Fact]
    public void Keys_stand_in_the_order_of_declaration_with_their_descriptions()
    {
        string yaml = ConfigurationWriter.ToYaml(new LossConfiguration(), comments: true);
        Assert.StartsWith(
            """
            # Most tokens, prompts and padding included, of one forward and backward pass; a longer sequence
            # goes alone.
            micro_batch_tokens: 3000
            # How the loss is averaged. Values: token-mean, sequence-mean-token-mean, sequence-sum, bnpo.
            aggregation: token-mean

            """,
            yaml,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_training_configuration_is_read_back_exactly()
    {
        using TemporaryFolder folder = new();
        TrainingConfiguration written = new()
        {
            Model = folder.Root,
            Objective = new() { Regime = Regime.Custom, RewardWeight = 1, LikelihoodWeight = -0.1, KlWeight = 1.0 / 3 },
            Optimizer = new() { LearningRate = 1e-300 },
        };
        Assert.Equal(written, ConfigurationReader.ReadText<TrainingConfiguration>(ConfigurationWriter.ToYaml(written), "written", []));
    }
}
