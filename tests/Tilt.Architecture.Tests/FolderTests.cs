using ArchUnitNET.Fluent.Syntax.Elements.Types;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace Tilt.Architecture.Tests;

/// <summary>Folders of a project, which are its namespaces, use each other one way.</summary>
public sealed class FolderTests
{
    public static TheoryData<string> Floors => [.. House.Floors];

    [Theory]
    [MemberData(nameof(Floors))]
    public void No_circle_joins_the_folders_of_a_project(string assembly)
    {
        // What stands in the project's own folder is above all others, or below them: small things that every folder may use.
        string root = House.NamespacesOf(assembly).OrderBy(name => name.Length).First();
        var uses = House.UsesWithin(assembly).Where(use => use.Key.From != root && use.Key.To != root).ToDictionary();
        IReadOnlyList<string> circle = FolderGraph.Circle(uses.Keys);
        Assert.True(circle.Count == 0,
            string.Join("; ", circle.Zip(circle.Skip(1).Append(circle.FirstOrDefault("")),
                (from, to) => $"{from} → {to} ({uses.GetValueOrDefault((from, to))})")));
    }

    [Fact]
    public void Statistics_know_no_reports() => AssertHolds(
        Types().That().ResideInNamespace("Tilt.Statistics").Should().NotDependOnAny(Types().That().ResideInNamespace("Tilt.Results")));

    [Fact]
    public void The_machinery_of_configurations_knows_no_settings() => AssertHolds(
        Types().That().ResideInNamespace("Tilt.Configuration").Should().NotDependOnAny(Types().That().ResideInNamespace("Tilt.Settings")));

    [Fact]
    public void Rollouts_know_no_task() => AssertHolds(
        Types().That().ResideInNamespace("Tilt.Rollouts").Should()
            .NotDependOnAny(Types().That().ResideInNamespaceMatching(@"^Tilt\.Tasks")));

    [Fact]
    public void Families_of_models_stand_on_nothing_else_of_their_library() => AssertHolds(
        Types().That().ResideInNamespace("Tilt.HuggingFace.Families").Should()
            .NotDependOnAny(Types().That().ResideInNamespaceMatching(@"^Tilt\.HuggingFace\.(?!Families)")));

    private static void AssertHolds(TypesShouldConjunction rule) =>
        Assert.Empty(rule.Evaluate(House.Architecture).Where(result => !result.Passed).Select(result => result.Description));
}
