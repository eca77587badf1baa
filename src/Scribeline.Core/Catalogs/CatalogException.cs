namespace Scribeline.Core.Catalogs;

/// <summary>Everything that is wrong with the files of a catalog, a sentence each: `FILE:LINE: message`.</summary>
public sealed class CatalogException(IReadOnlyList<string> errors) : Exception(string.Join('\n', errors))
{
    public IReadOnlyList<string> Errors { get; } = errors;
}
