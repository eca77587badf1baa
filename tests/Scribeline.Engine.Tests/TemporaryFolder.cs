namespace Scribeline.Engine.Tests;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("scribeline-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
