namespace Tilt.Architecture.Tests;

/// <summary>Projects use each other one way.</summary>
public sealed class AssemblyTests
{
    public static TheoryData<string> Floors => [.. House.Floors];

    public static TheoryData<string> WithoutLibtorch => [.. House.WithoutLibtorch];

    [Theory]
    [MemberData(nameof(Floors))]
    public void A_project_uses_only_those_below_it(string assembly)
    {
        string[] below = [.. House.Floors.TakeWhile(floor => floor != assembly)];
        Assert.All(House.ReferencesOf(assembly).Where(House.Floors.Contains), reference => Assert.Contains(reference, below));
    }

    [Fact]
    public void The_verifier_needs_nothing_but_dotnet() =>
        Assert.All(House.ReferencesOf("Tilt.Verification"),
            reference => Assert.True(reference.StartsWith("System.", StringComparison.Ordinal) || reference is "mscorlib" or "netstandard",
                reference));

    [Theory]
    [MemberData(nameof(WithoutLibtorch))]
    public void Whoever_wants_formats_or_the_sampler_gets_no_libtorch(string assembly)
    {
        Assert.DoesNotContain("TorchSharp", House.ReferencesOf(assembly));
        Assert.All(House.ReferencesOf(assembly).Where(House.Floors.Contains),
            reference => Assert.Contains(reference, House.WithoutLibtorch));
    }

    [Theory]
    [InlineData("Tilt.Reporting", "Tilt.Torch")]
    [InlineData("Tilt.Reporting", "Tilt.Training")]
    [InlineData("Tilt.Reporting", "Tilt.Studies")]
    public void Reports_are_made_from_results_alone(string reports, string engine) =>
        Assert.DoesNotContain(engine, House.ReferencesOf(reports));
}
