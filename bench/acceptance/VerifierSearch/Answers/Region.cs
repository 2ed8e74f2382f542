namespace Tilt.Acceptance.VerifierSearch.Answers;

/// <summary>A set of real numbers with ends that are whole or half numbers, written as an interval, an inequality or both.</summary>
/// <param name="Shape">What kind of set.</param>
/// <param name="Low">First end, in halves.</param>
/// <param name="High">Second end, in halves, above the first.</param>
/// <param name="LowClosed">Whether the first end belongs to the set.</param>
/// <param name="HighClosed">Whether the second end belongs to it.</param>
internal sealed record Region(RegionShape Shape, int Low, int High, bool LowClosed, bool HighClosed)
{
    /// <summary>Whether a number, given in quarters, is in the set.</summary>
    public bool Holds(int quarters)
    {
        int low = quarters.CompareTo(2 * Low), high = quarters.CompareTo(2 * High);
        bool above = low > 0 || low == 0 && LowClosed, below = high < 0 || high == 0 && HighClosed;
        return Shape switch
        {
            RegionShape.Above => above,
            RegionShape.Below => below,
            RegionShape.Between => above && below,
            RegionShape.Outside => low < 0 || low == 0 && LowClosed || high > 0 || high == 0 && HighClosed,
            _ => low != 0,
        };
    }

    /// <summary>Whether two sets are equal: every set is constant between neighbouring halves.</summary>
    public bool Equals(Region? other)
    {
        if (other is null) return false;
        int from = 2 * Math.Min(Low, other.Low) - 2, to = 2 * Math.Max(High, other.High) + 2;
        for (int quarters = from; quarters <= to; quarters++)
        {
            if (Holds(quarters) != other.Holds(quarters)) return false;
        }

        return true;
    }

    public override int GetHashCode() => Shape.GetHashCode();

    /// <summary>A random set.</summary>
    public static Region Draw(Draws draws)
    {
        int low = draws.Between(-24, 20), high = low + draws.Between(1, 16);
        if (draws.Chance(0.7)) (low, high) = (2 * low, 2 * high);
        return new(draws.Pick(Enum.GetValues<RegionShape>()), low, high, draws.Chance(0.5), draws.Chance(0.5));
    }

    /// <summary>A set that one small change makes of this.</summary>
    public (string Rule, Region Region) Edit(Draws draws) => draws.Below(7) switch
    {
        0 => ("closedness of the first end", this with { LowClosed = !LowClosed }),
        1 => ("closedness of the second end", this with { HighClosed = !HighClosed }),
        2 => ("first end", this with { Low = Low - draws.Between(1, 4) }),
        3 => ("second end", this with { High = High + draws.Between(1, 4) }),
        4 => ("shape", this with { Shape = draws.Pick(Enum.GetValues<RegionShape>()) }),
        5 => ("mirrored", this with { Low = -High, High = -Low, LowClosed = HighClosed, HighClosed = LowClosed }),
        _ => ("both ends moved", this with { Low = Low + 1, High = High + 1 }),
    };
}

/// <summary>Kinds of sets.</summary>
internal enum RegionShape
{
    /// <summary>Above the first end.</summary>
    Above,

    /// <summary>Below the second end.</summary>
    Below,

    /// <summary>Between the ends.</summary>
    Between,

    /// <summary>Below the first or above the second end.</summary>
    Outside,

    /// <summary>All but the first end.</summary>
    Except,
}
