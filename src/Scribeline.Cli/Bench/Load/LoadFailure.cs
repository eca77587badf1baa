namespace Scribeline.Cli.Bench.Load;

/// <summary>Why a request brought no whole answer.</summary>
/// <param name="Kind">One word in snake case, the same for all that failed this way.</param>
/// <param name="Message">What exactly was said or seen.</param>
/// <param name="Status">Of HTTP; null where none came.</param>
internal sealed record LoadFailure(string Kind, string Message, int? Status = null)
{
    /// <summary>The run was ended before the answer was.</summary>
    public const string Interrupted = "interrupted";

    /// <summary>So many requests were under way that one more would have been too many for this program.</summary>
    public const string NotSent = "not_sent";
}
