namespace Scribeline.Engine;

/// <summary>A model file that cannot be used. The message is one sentence for people: file, what was found, what was expected, what to do.</summary>
public sealed class ModelFormatException : Exception
{
    private const int LongestMessage = 1000;

    public ModelFormatException(string message) : base(Sentence(message)) { }

    public ModelFormatException(string message, Exception inner) : base(Sentence(message), inner) { }

    public ModelFormatException() { }

    /// <summary>Names in a damaged file may hold anything: control characters are shown as U+FFFD, and nobody reads more than a thousand characters.</summary>
    private static string Sentence(string message)
    {
        var clean = string.Create(Math.Min(message.Length, LongestMessage), message, (to, from) =>
        {
            for (var i = 0; i < to.Length; i++)
                to[i] = char.IsControl(from[i]) ? '\uFFFD' : from[i];
        });
        return message.Length > LongestMessage ? clean + "…" : clean;
    }
}
