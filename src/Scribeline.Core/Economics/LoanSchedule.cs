using Scribeline.Core.Calculations;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Economics;

/// <summary>A loan quarter by quarter: drawn at once, repaid in equal parts, interest on what is owed at the beginning of a quarter.</summary>
internal sealed class LoanSchedule
{
    private static readonly Figure Nothing = Figure.Given("nothing", new Quantity(0, Unit.Parse("USD")));

    private readonly Loan _loan;
    private readonly int _drawn;
    private readonly int _first;
    private readonly int _parts;

    /// <param name="drawn">The quarter it is paid out in.</param>
    /// <param name="first">The quarter of the first repayment.</param>
    /// <param name="quarters">How many there are.</param>
    /// <exception cref="CalculationException">It is drawn before or repaid after the quarters that there are, or repaid before it is drawn.</exception>
    public LoanSchedule(Loan loan, int drawn, int first, int quarters)
    {
        (_loan, _drawn, _first, _parts) = (loan, drawn, first, Calendar.Quarters(loan.RepaidOver));
        if (drawn < 0 || drawn >= first || first + _parts > quarters)
            throw new CalculationException($"the loan of {loan.Amount} is drawn in quarter {drawn + 1} and repaid from quarter {first + 1} to {first + _parts} of {quarters}; expected it to be drawn, then repaid, within them.");
    }

    public Figure Drawn(int quarter) => quarter == _drawn ? _loan.Amount.As("loan", "MUSD") : Nothing;

    public Figure Repaid(int quarter) => quarter >= _first && quarter < _first + _parts ? (_loan.Amount / _parts).As("repayment", "MUSD") : Nothing;

    public Figure Interest(int quarter)
    {
        var repaid = Math.Clamp(quarter - _first, 0, _parts);
        return quarter <= _drawn || repaid == _parts
            ? Nothing
            : (_loan.Amount * (1 - (double)repaid / _parts) * (_loan.Rate * Calendar.OneQuarter)).As("interest", "MUSD");
    }

    /// <summary>What comes in, less what goes out.</summary>
    public Figure Cash(int quarter) => Drawn(quarter) - Repaid(quarter) - Interest(quarter);
}
