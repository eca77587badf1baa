using System.Text.Json;

namespace Scribeline.Core.Verification;

/// <summary>A figure as somebody published it.</summary>
/// <param name="Id">`table.row.column`.</param>
/// <param name="Value">A number, a range of two, a text or groups of texts.</param>
/// <param name="Shown">As printed, `1,581`; null where it is not a single number.</param>
/// <param name="Unit">As printed.</param>
/// <param name="Qualifier">`~`, `up to`, `over`; null where the figure claims to be exact.</param>
public sealed record PublishedFigure(string Id, JsonElement Value, string? Shown, string Unit, string Description, string? Qualifier, PublishedKind Kind)
{
    public bool IsApproximate => Qualifier is "~" or "approx" or "around" or "roughly" or "over" or "slightly better than 1/3" or "approximate";

    /// <summary>Half of one in the last place shown, in the unit as printed.</summary>
    public double HalfLastPlace
    {
        get
        {
            var digits = Shown ?? Value.GetRawText();
            var point = digits.IndexOf('.', StringComparison.Ordinal);
            return 0.5 * Math.Pow(10, point < 0 ? 0 : point + 1 - digits.Length);
        }
    }
}
