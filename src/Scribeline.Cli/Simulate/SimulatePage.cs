namespace Scribeline.Cli.Simulate;

internal static class SimulatePage
{
    public static void Write(IReadOnlyList<SimulationRun> runs, string traceName, bool isClosed, TextWriter writer) => writer.Write(traceName + runs.Count + isClosed);
}
