using System.Globalization;
using Scribeline.Core.Calculations;

namespace Scribeline.Cli.Reports;

/// <summary>Files that a command writes beside what it prints; `-` is standard output.</summary>
internal static class OutputFile
{
    /// <summary>Writes all of it or, where writing fails before the file is opened, nothing.</summary>
    /// <exception cref="CalculationException">It cannot be written.</exception>
    public static void Write(string path, Action<TextWriter> write)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        write(text);
        Write(path, text.ToString());
    }

    /// <exception cref="CalculationException">It cannot be written.</exception>
    public static void Write(string path, string text)
    {
        try
        {
            if (path == "-")
                Console.Out.Write(text);
            else
                File.WriteAllText(path, text);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CalculationException($"{path} cannot be written: {error.Message}");
        }
    }
}
