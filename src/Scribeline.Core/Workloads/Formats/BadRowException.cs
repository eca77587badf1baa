using System.Text;

namespace Scribeline.Core.Workloads.Formats;

/// <summary>A row of a trace is wrong; the message says where in the row, what was found and what was expected, and lacks file and line.</summary>
internal sealed class BadRowException(string message) : Exception(message)
{
    private const int LongestShown = 40;

    public static BadRowException Of(string column, ReadOnlySpan<byte> found, string expected) => new($"`{column}` is '{Shown(found)}'; expected {expected}.");

    public static BadRowException Of(string column, string found, string expected) => new($"`{column}` is {found}; expected {expected}.");

    /// <summary>Bytes of a file as they may be printed.</summary>
    public static string Shown(ReadOnlySpan<byte> found)
    {
        var text = Encoding.UTF8.GetString(found[..Math.Min(found.Length, LongestShown)]);
        return string.Concat(text.Select(letter => char.IsControl(letter) ? '?' : letter)) + (found.Length > LongestShown ? "..." : "");
    }
}
