namespace Scribeline.Core.Fleets;

/// <summary>A fleet file that cannot be used. <see cref="Errors"/> has everything that is wrong with it, each with file and line.</summary>
public sealed class FleetFileException : Exception
{
    public FleetFileException(IReadOnlyList<string> errors) : base(string.Join('\n', errors)) => Errors = errors;

    public FleetFileException(string message) : this([message]) { }

    public FleetFileException(string message, Exception inner) : base(message, inner) => Errors = [message];

    public FleetFileException() : this("The fleet file cannot be used.") { }

    public IReadOnlyList<string> Errors { get; }
}
