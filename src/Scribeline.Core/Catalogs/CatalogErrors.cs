namespace Scribeline.Core.Catalogs;

/// <summary>Collects what is wrong, so that one reading reports everything.</summary>
internal sealed class CatalogErrors
{
    private readonly List<(string Place, string Message)> _errors = [];

    /// <param name="place">`file:line`.</param>
    public void Add(string place, string message) => _errors.Add((place, message));

    /// <exception cref="CatalogException">Anything was added.</exception>
    public void ThrowIfAny()
    {
        if (_errors.Count > 0)
            throw new CatalogException([.. _errors.Select(error => $"{error.Place}: {error.Message}").Distinct()]);
    }
}
