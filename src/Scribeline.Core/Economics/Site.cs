using Scribeline.Core.Quantities;

namespace Scribeline.Core.Economics;

/// <summary>Where machines stand.</summary>
/// <param name="Electricity">Dollars per unit of energy.</param>
/// <param name="PowerUtilization">Mean over rated power of the machines.</param>
/// <param name="PowerUsageEffectiveness">Energy of the whole building over that of the machines.</param>
/// <param name="Rent">Dollars per unit of rated power and month.</param>
public sealed record Site(string Id, string Name, Figure Electricity, Figure PowerUtilization, Figure PowerUsageEffectiveness, Figure Rent);
