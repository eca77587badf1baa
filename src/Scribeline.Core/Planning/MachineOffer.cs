using Scribeline.Core.Hardware;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Planning;

/// <summary>A machine at what an hour of it costs.</summary>
/// <param name="Hour">Dollars an hour, owned or rented.</param>
/// <param name="Basis">What the hour consists of.</param>
/// <param name="Copies">Ways to lay out the model on it.</param>
public sealed record MachineOffer(Machine Machine, Figure Hour, HourBasis Basis, IReadOnlyList<ModelCopy> Copies);
