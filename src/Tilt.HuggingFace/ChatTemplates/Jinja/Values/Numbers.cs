using System.Numerics;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Values;

/// <summary>Arithmetic as in Python, on whole numbers of 64 bits and on floating-point numbers; truth values count as 0 and 1.</summary>
internal static class Numbers
{
    public static bool IsNumber(object? value) => value is long or double or bool or BigInteger;

    /// <summary>The value as a whole number, where it is one.</summary>
    public static bool TryInteger(object? value, out long number)
    {
        number = value is long whole ? whole : value is true ? 1 : 0;
        return value is long or bool;
    }

    public static int Compare(object? a, object? b)
    {
        if (TryInteger(a, out long x) && TryInteger(b, out long y)) return x.CompareTo(y);
        if (a is not double && b is not double) return Big(a).CompareTo(Big(b));
        double p = Double(a), q = Double(b);
        return p < q ? -1 : p == q ? 0 : 1;
    }

    public static object Compute(char operation, object? a, object? b)
    {
        if (!IsNumber(a) || !IsNumber(b) || a is BigInteger || b is BigInteger) throw Mismatch(operation, a, b);
        try
        {
            return TryInteger(a, out long x) && TryInteger(b, out long y) && operation != '/'
                ? Whole(operation, x, y)
                : Floating(operation, Double(a), Double(b));
        }
        catch (OverflowException)
        {
            throw new JinjaException("a whole number grows beyond 64 bits");
        }
    }

    public static JinjaException Mismatch(char operation, object? a, object? b) =>
        (a as Undefined ?? b as Undefined)?.Failure()
        ?? new JinjaException($"'{(operation == 'f' ? "//" : operation == 'p' ? "**" : operation)}' does not work on {Describe.Of(a)} "
            + $"and {Describe.Of(b)}");

    public static double Double(object? value) => value switch
    {
        double number => number,
        long number => number,
        bool truth => truth ? 1 : 0,
        BigInteger number => (double)number,
        _ => throw new JinjaException($"{Describe.Of(value)} is no number"),
    };

    private static BigInteger Big(object? value) => value is BigInteger big ? big : TryInteger(value, out long number) ? number : 0;

    private static object Whole(char operation, long a, long b)
    {
        if (operation is 'f' or '%' && b == 0) throw new JinjaException("a number is divided by zero");
        if (operation == 'p') return b < 0 ? Floating('p', a, b) : Boxed.Of(Power(a, b));
        return Boxed.Of(operation switch
        {
            '+' => checked(a + b),
            '-' => checked(a - b),
            '*' => checked(a * b),
            'f' => b == -1 ? checked(-a) : (a / b) - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0),
            _ => b == -1 ? 0 : (a % b) + (a % b != 0 && (a < 0) != (b < 0) ? b : 0),
        });
    }

    private static long Power(long a, long b)
    {
        long result = 1;
        while (b > 0)
        {
            if ((b & 1) == 1) result = checked(result * a);
            b >>= 1;
            if (b > 0) a = checked(a * a);
        }
        return result;
    }

    private static double Floating(char operation, double a, double b)
    {
        if ((operation is '/' or 'f' or '%' && b == 0) || (operation == 'p' && a == 0 && b < 0))
            throw new JinjaException("a number is divided by zero");
        double remainder = operation is 'f' or '%' ? a % b : 0;
        bool moved = remainder != 0 && (remainder < 0) != (b < 0);
        return operation switch
        {
            '+' => a + b,
            '-' => a - b,
            '*' => a * b,
            '/' => a / b,
            'f' => Math.Floor(a / b),
            '%' => moved ? remainder + b : remainder,
            _ => Math.Pow(a, b),
        };
    }
}
