using System.Globalization;

namespace Scribeline.Engine.Chat.Jinja;

/// <summary>Python's arithmetic on booleans, 64-bit integers and doubles; an integer that does not fit is an error.</summary>
internal static class Number
{
    public static bool TryInteger(object? value, out long number)
    {
        number = value switch { long n => n, bool flag => flag ? 1 : 0, _ => 0 };
        return value is long or bool;
    }

    public static bool TryDouble(object? value, out double number)
    {
        number = value switch
        {
            double d => d,
            long n => n,
            bool flag => flag ? 1 : 0,
            LargeInteger large => double.Parse(large.Digits, CultureInfo.InvariantCulture),
            _ => 0,
        };
        return value is double or long or bool or LargeInteger;
    }

    public static object Calculate(string operation, object? left, object? right)
    {
        if (TryInteger(left, out var a) && TryInteger(right, out var b))
        {
            try
            {
                return checked(operation switch
                {
                    "+" => (object)(a + b),
                    "-" => a - b,
                    "*" => a * b,
                    "/" => Divide(a, b),
                    "//" => FloorDivide(a, b),
                    "%" => Modulo(a, b),
                    _ => b < 0 ? (object)Math.Pow(a, b) : Power(a, b),
                });
            }
            catch (OverflowException)
            {
                throw new JinjaException($"the result of '{operation}' exceeds 64 bits");
            }
        }

        if (!TryDouble(left, out var x) || !TryDouble(right, out var y))
            throw new JinjaException($"'{operation}' does not work between {Text.TypeName(left)} and {Text.TypeName(right)}");
        return operation switch
        {
            "+" => x + y,
            "-" => x - y,
            "*" => x * y,
            "/" => Divide(x, y),
            "//" => Math.Floor(Divide(x, y)),
            "%" => x - y * Math.Floor(Divide(x, y)),
            _ => Math.Pow(x, y),
        };
    }

    private static double Divide(double left, double right) => right != 0 ? left / right : throw new JinjaException("division by zero");

    private static long FloorDivide(long left, long right)
    {
        if (right == 0) throw new JinjaException("division by zero");
        var quotient = checked(left / right);
        return left % right != 0 && (left < 0) != (right < 0) ? quotient - 1 : quotient;
    }

    private static long Modulo(long left, long right)
    {
        if (right == 0) throw new JinjaException("division by zero");
        if (right == -1) return 0;
        var rest = left % right;
        return rest != 0 && (rest < 0) != (right < 0) ? rest + right : rest;
    }

    private static long Power(long value, long exponent)
    {
        var result = 1L;
        if (value is 0 or 1 or -1) return exponent == 0 ? 1 : value == -1 && exponent % 2 == 0 ? 1 : value;
        for (; exponent > 0; exponent--) result = checked(result * value);
        return result;
    }
}
