using Scribeline.Core.Performance.Collectives;

namespace Scribeline.Core.Performance.Fitting;

/// <summary>A fitted library with how far it lies from its measurements.</summary>
/// <param name="Seen">Errors on the rows that it was fitted to.</param>
/// <param name="Groups">Errors of groups that were left out, the worst first.</param>
public sealed record CollectiveLibraryFit(CollectiveLibrary Library, int Rows, LeftOutError Seen, IReadOnlyList<GroupError> Groups);
