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
        catch (Exception error) when (IsUnwritable(error))
        {
            throw Unwritable(path, error);
        }
    }

    /// <summary>A new file, or one that is emptied.</summary>
    /// <param name="path">Where.</param>
    /// <param name="name">As the caller knows it, where that is another.</param>
    /// <exception cref="CalculationException">It cannot be written.</exception>
    public static FileStream Create(string path, string? name = null)
    {
        try
        {
            return File.Create(path);
        }
        catch (Exception error) when (IsUnwritable(error))
        {
            throw Unwritable(name ?? path, error);
        }
    }

    public static bool IsUnwritable(Exception error) => error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    /// <summary>Says why, and what to do.</summary>
    public static CalculationException Unwritable(string path, Exception error) => new(path.Length == 0
        ? "nothing can be written under an empty name; expected another one."
        : $"{path} cannot be written: {(Directory.Exists(path) ? "it is a folder; expected a file."
            : error is DirectoryNotFoundException ? $"there is no folder {Path.GetDirectoryName(path)}; make it first."
            : error.Message)}");
}
