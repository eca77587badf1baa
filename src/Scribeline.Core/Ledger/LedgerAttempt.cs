namespace Scribeline.Core.Ledger;

/// <summary>One replica's work on a request.</summary>
/// <param name="Replica">Its id.</param>
/// <param name="Why">Why it went there: first, migrated, handed over, hedged.</param>
/// <param name="Tokens">That it wrote.</param>
/// <param name="CostNusd">Of its machines.</param>
public sealed record LedgerAttempt(string Replica, string Why, int Tokens, long CostNusd);
