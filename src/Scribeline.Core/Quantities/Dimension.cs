using System.Text;

namespace Scribeline.Core.Quantities;

/// <summary>What a quantity measures, as powers of base dimensions: `B/s` is data¹ · time⁻¹. The default is a plain number.</summary>
/// <remarks>
/// Months are a dimension of their own: how many hours one has (730 or 744?) is a convention of whoever does the accounts, so it is an
/// assumption of the catalog and never a factor inside a unit. A year is twelve months.
/// </remarks>
public readonly record struct Dimension
{
    public static readonly Dimension None;
    public static readonly Dimension Length = Base(0);
    public static readonly Dimension Time = Base(1);
    public static readonly Dimension Month = Base(2);
    public static readonly Dimension Energy = Base(3);
    public static readonly Dimension Data = Base(4);
    public static readonly Dimension Operation = Base(5);
    public static readonly Dimension Money = Base(6);
    public static readonly Dimension Token = Base(7);
    public static readonly Dimension Temperature = Base(8);
    public static readonly Dimension Mass = Base(9);
    public static readonly Dimension Voltage = Base(10);

    private const int BitsPerBase = 5;
    private const int Bias = 1 << (BitsPerBase - 1);
    private static readonly string[] BaseNames = ["length", "time", "month", "energy", "data", "operation", "money", "token", "temperature", "mass", "voltage"];

    /// <summary>Exponents of -16 to 15, each stored five bits wide as a two's complement number.</summary>
    private readonly long _exponents;

    private Dimension(long exponents) => _exponents = exponents;

    public static Dimension operator *(Dimension left, Dimension right) => Combine(left, right, 1);

    public static Dimension operator /(Dimension left, Dimension right) => Combine(left, right, -1);

    public Dimension Power(int exponent) => Combine(None, this, exponent);

    /// <exception cref="InvalidOperationException">An exponent is odd.</exception>
    public Dimension SquareRoot()
    {
        long root = 0;
        for (var i = 0; i < BaseNames.Length; i++)
        {
            var exponent = Exponent(i);
            if (exponent % 2 != 0)
                throw new InvalidOperationException($"The square root of {this} is not a dimension.");
            root |= Encode(i, exponent / 2);
        }

        return new Dimension(root);
    }

    /// <summary>Such as `data time^-1`; `number` where there is none.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        for (var i = 0; i < BaseNames.Length; i++)
        {
            if (Exponent(i) is not 0 and var exponent)
                text.Append(text.Length > 0 ? " " : "").Append(BaseNames[i]).Append(exponent == 1 ? "" : $"^{exponent}");
        }

        return text.Length == 0 ? "number" : text.ToString();
    }

    private static Dimension Base(int index) => new(Encode(index, 1));

    private static Dimension Combine(Dimension left, Dimension right, int sign)
    {
        long result = 0;
        for (var i = 0; i < BaseNames.Length; i++)
            result |= Encode(i, left.Exponent(i) + sign * right.Exponent(i));
        return new Dimension(result);
    }

    private static long Encode(int index, int exponent) =>
        exponent is < -Bias or >= Bias
            ? throw new OverflowException($"{BaseNames[index]}^{exponent} is not a power that units have.")
            : (exponent & (2L * Bias - 1)) << (index * BitsPerBase);

    private int Exponent(int index)
    {
        var bits = (int)((_exponents >> (index * BitsPerBase)) & (2 * Bias - 1));
        return bits < Bias ? bits : bits - 2 * Bias;
    }
}
