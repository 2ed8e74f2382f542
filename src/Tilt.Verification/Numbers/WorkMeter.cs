namespace Tilt.Verification.Numbers;

/// <summary>Counts the steps of one verdict and stops it when the budget is spent.</summary>
internal sealed class WorkMeter(VerificationBudget budget)
{
    private int _left = budget.MaxSteps;

    public VerificationBudget Budget { get; } = budget;

    /// <summary>Whether half of the budget is left, for work that may be left out.</summary>
    public bool IsHalfLeft => _left > Budget.MaxSteps / 2;

    public void Charge(int steps)
    {
        _left -= steps;
        if (_left < 0) throw new OverBudgetException("steps");
    }

    /// <summary>Charges for a number's size, so that long numbers cost what they take.</summary>
    public void ChargeBits(long bits)
    {
        if (bits > Budget.MaxBits) throw new OverBudgetException("bits of a number");
        Charge(1 + (int)(bits >> 8));
    }

    /// <summary>Charges for a product, quotient or common divisor of two numbers: quadratic in their size.</summary>
    public void ChargeProduct(long bits, long otherBits)
    {
        if (bits + otherBits > Budget.MaxBits) throw new OverBudgetException("bits of a number");
        Charge(1 + (int)(((bits >> 6) * (otherBits >> 6)) >> 7));
    }
}

/// <summary>Leaves the arithmetic of a verdict whose budget is spent; never leaves <see cref="Verifier"/>.</summary>
internal class OverBudgetException(string what) : Exception(what);

/// <summary>
/// A value beyond the range of the numeric arithmetic: no verdict on constants, a point without a value where symbols vary.
/// </summary>
internal sealed class OutOfRangeException(string what) : OverBudgetException(what);
