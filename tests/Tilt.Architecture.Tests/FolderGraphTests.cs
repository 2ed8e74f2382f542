namespace Tilt.Architecture.Tests;

public sealed class FolderGraphTests
{
    [Fact]
    public void A_circle_is_found_whatever_leads_to_it() =>
        Assert.Equal(["b", "c", "d"], FolderGraph.Circle([("a", "b"), ("b", "c"), ("c", "d"), ("d", "b"), ("c", "e")]));

    [Fact]
    public void Two_ways_to_one_place_are_no_circle() => Assert.Empty(FolderGraph.Circle([("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")]));
}
