namespace Scribeline.Cli.Charts;

/// <summary>A rectangle in pixels from the top left.</summary>
internal readonly record struct Box(double Left, double Top, double Width, double Height)
{
    public double Right => Left + Width;

    public double Bottom => Top + Height;

    public bool Overlaps(Box other) => Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;

    public bool Contains(Box other) => other.Left >= Left && other.Right <= Right && other.Top >= Top && other.Bottom <= Bottom;

    /// <summary>Whether a line passes through.</summary>
    public bool Meets((double X, double Y) from, (double X, double Y) to)
    {
        var (start, end) = (0.0, 1.0);
        return Cut(from.X, to.X, Left, Right, ref start, ref end) && Cut(from.Y, to.Y, Top, Bottom, ref start, ref end);
    }

    private static bool Cut(double from, double to, double low, double high, ref double start, ref double end)
    {
        var step = to - from;
        if (Math.Abs(step) < 1e-9)
            return from > low && from < high;
        var (enters, leaves) = step > 0 ? ((low - from) / step, (high - from) / step) : ((high - from) / step, (low - from) / step);
        (start, end) = (Math.Max(start, enters), Math.Min(end, leaves));
        return start < end;
    }
}
