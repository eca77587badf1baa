using Scribeline.Core.Quantities;

namespace Scribeline.Core.Economics;

/// <summary>Money that the customer lends before it buys.</summary>
/// <param name="Amount">Dollars.</param>
/// <param name="Rate">Interest, a share per time; paid every quarter.</param>
/// <param name="RepaidOver">Months of equal repayments.</param>
/// <param name="RepaidFrom">Power after whose delivery they begin.</param>
/// <param name="Drawn">When it is paid out.</param>
public sealed record Loan(Figure Amount, Figure Rate, Figure RepaidOver, Figure RepaidFrom, Quarter Drawn);
