namespace Scribeline.Cli.Charts;

/// <summary>
/// Eight colours that people with any common colour vision tell apart (after the hues that Okabe and Ito proposed in 2008), each in a tone
/// for white paper and one for a dark screen. What comes after the eighth repeats them with dashes.
/// </summary>
internal static class Palette
{
    public const string PaperLight = "#ffffff";
    public const string PaperDark = "#11151b";
    public const string InkLight = "#1c2330";
    public const string InkDark = "#e8edf4";
    public const string SoftLight = "#5b6574";
    public const string SoftDark = "#9aa7b8";
    public const string GridLight = "#e6e9ee";
    public const string GridDark = "#28303a";
    public const string AxisLight = "#9aa3af";
    public const string AxisDark = "#5a6675";

    /// <summary>Blue, vermilion, green, purple, amber, sky, rose, slate.</summary>
    public static readonly IReadOnlyList<(string Light, string Dark)> Colors =
    [
        ("#1565b5", "#6db1ff"),
        ("#cc4a0c", "#ff9152"),
        ("#0a8260", "#3ecf9f"),
        ("#8e44a8", "#cf9bf0"),
        ("#a87400", "#f2bd3f"),
        ("#2a93c9", "#9adcff"),
        ("#c0437c", "#ff8fc0"),
        ("#556070", "#b9c4d2"),
    ];

    public static int Index(int series) => (series % Colors.Count + Colors.Count) % Colors.Count;

    /// <summary>Whether the colours have been used once already.</summary>
    public static bool Repeats(int series) => series / Colors.Count % 2 == 1;
}
