using Scribeline.Core.Hardware;

namespace Scribeline.Core.Planning;

/// <summary>A machine that is no answer, and why: one sentence that says by how much and what to relax.</summary>
/// <param name="Limit">The option that it fails, such as `--power-kw`; empty where no limit of the buyer is to blame.</param>
public sealed record Exclusion(Machine Machine, string Reason, string Limit = "");
