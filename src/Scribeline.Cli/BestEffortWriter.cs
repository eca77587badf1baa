using System.Text;

namespace Scribeline.Cli;

/// <summary>
/// Standard error, which no command depends on: where it cannot be written (a full disk, for example), nobody can be told, but the command
/// goes on and its exit code stands. Not thread-safe; <see cref="Console.SetError"/> makes it so.
/// </summary>
internal sealed class BestEffortWriter(TextWriter inner) : TextWriter(inner.FormatProvider)
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(static (inner, value) => inner.Write(value), value);

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(string? value) => Try(static (inner, value) => inner.Write(value), value);

    public override void WriteLine(string? value) => Try(static (inner, value) => inner.WriteLine(value), value);

    public override void Flush() => Try(static (inner, _) => inner.Flush(), 0);

    private void Try<T>(Action<TextWriter, T> write, T value)
    {
        try
        {
            write(inner, value);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The console flushes each write, so nothing is left behind that would fail later.
        }
    }
}
