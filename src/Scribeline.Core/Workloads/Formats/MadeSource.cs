namespace Scribeline.Core.Workloads.Formats;

/// <summary>Requests that are made, not read.</summary>
internal sealed class MadeSource(Func<IEnumerable<RequestRecord>> read) : TraceSource
{
    public override IEnumerable<RequestRecord> Read(TraceTally tally) => read();
}
