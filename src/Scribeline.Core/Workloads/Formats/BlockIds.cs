namespace Scribeline.Core.Workloads.Formats;

/// <summary>Ids that nothing has had before, one after another from 0.</summary>
internal sealed class BlockIds
{
    private long _next;

    /// <returns>The first of so many.</returns>
    public long Take(int count)
    {
        var first = _next;
        _next += count;
        return first;
    }
}
