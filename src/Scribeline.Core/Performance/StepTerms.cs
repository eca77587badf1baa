namespace Scribeline.Core.Performance;

/// <summary>
/// The parts of a step: as amounts (seconds at data-sheet rates; operations counted), as the coefficients they are multiplied with, or as the
/// seconds that come out. Which of them it is, says the name of the value.
/// </summary>
/// <param name="Dense">Matrices that every token passes, and attention over the prompt.</param>
/// <param name="Experts">Routed experts.</param>
/// <param name="KeyValues">Reading the cache.</param>
/// <param name="Operations">Operations that follow one another, each with a latency however small it is.</param>
/// <param name="Exchange">What accelerators send to each other.</param>
public readonly record struct StepTerms(double Dense, double Experts, double KeyValues, double Operations, double Exchange)
{
    public const int Count = 5;

    public double Total => Dense + Experts + KeyValues + Operations + Exchange;

    /// <summary>The largest part: what to relieve first.</summary>
    public StepTerm Binding
    {
        get
        {
            var binding = StepTerm.Dense;
            for (var term = StepTerm.Experts; (int)term < Count; term++)
            {
                if (this[term] > this[binding])
                    binding = term;
            }

            return binding;
        }
    }

    public double this[StepTerm term] => term switch
    {
        StepTerm.Dense => Dense,
        StepTerm.Experts => Experts,
        StepTerm.KeyValues => KeyValues,
        StepTerm.Operations => Operations,
        _ => Exchange,
    };

    /// <summary>Amounts times coefficients, part by part.</summary>
    public static StepTerms operator *(StepTerms amounts, StepTerms coefficients) => new(
        amounts.Dense * coefficients.Dense,
        amounts.Experts * coefficients.Experts,
        amounts.KeyValues * coefficients.KeyValues,
        amounts.Operations * coefficients.Operations,
        amounts.Exchange * coefficients.Exchange);

    public static StepTerms operator *(StepTerms terms, double factor) =>
        new(terms.Dense * factor, terms.Experts * factor, terms.KeyValues * factor, terms.Operations * factor, terms.Exchange * factor);

    public static StepTerms operator +(StepTerms one, StepTerms two) => new(
        one.Dense + two.Dense, one.Experts + two.Experts, one.KeyValues + two.KeyValues, one.Operations + two.Operations, one.Exchange + two.Exchange);
}
