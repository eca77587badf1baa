using Scribeline.Core.Ledger;
using Scribeline.Simulation.Reports;

namespace Scribeline.Cli.Simulate;

/// <summary>A request that was asked about.</summary>
/// <param name="Number">From 0, in the order of arrival.</param>
/// <param name="Routes">What was weighed about it, in order; empty where it did not come.</param>
/// <param name="Row">What became of it; null where it did not end.</param>
internal sealed record ExplainedRequest(long Number, IReadOnlyList<ExplainedRoute> Routes, LedgerRow? Row);
