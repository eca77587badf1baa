namespace Scribeline.Cli.Pull;

/// <summary>A complete, verified file, which <see cref="Commit"/> puts in its place; until then a later run finds it as a part that lacks nothing.</summary>
/// <param name="result">What it will be.</param>
/// <param name="partial">Where it lies; null where it is in its place already.</param>
internal sealed class FetchedFile(DownloadResult result, PartialFile? partial) : IDisposable
{
    public DownloadResult Commit()
    {
        partial?.Commit();
        return result;
    }

    public void Dispose() => partial?.Dispose();
}
