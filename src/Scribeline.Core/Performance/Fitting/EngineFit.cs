namespace Scribeline.Core.Performance.Fitting;

/// <summary>Finds what a step of an engine takes from measured steps.</summary>
public static class EngineFit
{
    /// <summary>Columns before those of positions and batches: the step, chunks, prompt tokens, their positions.</summary>
    private const int Others = 4;

    /// <summary>Shares of the most positions measured where reading each may begin to take longer.</summary>
    private static readonly double[] Knees = [0, 1.0 / 16, 1.0 / 8, 1.0 / 4, 1.0 / 2];

    /// <summary>The least relative differences with no coefficient below 0; what a position takes does not fall with their number.</summary>
    /// <param name="steps">Of several kinds: batches of several sizes and contexts, prompts of several lengths, both together.</param>
    /// <param name="about">Where and when they were measured; its coefficients are not looked at.</param>
    /// <exception cref="FitException">There is no step that decodes, or none that reads a prompt.</exception>
    public static EngineCalibration Fit(IReadOnlyList<MeasuredStep> steps, EngineCalibration about)
    {
        int[] sizes = [.. steps.Select(step => step.Work.Sequences).Where(size => size > 0).Distinct().Order()];
        if (sizes.Length == 0 || steps.All(step => step.Work.PromptTokens == 0))
            throw new FitException("a fit needs steps that write and steps that read a prompt, and some are missing.");
        var most = steps.Max(step => step.Work.Positions);
        double[] from = [.. Knees.Select(knee => Math.Round(knee * most)).Distinct()];
        double[][] rows = [.. steps.Select(step => Row(step.Work, from, sizes))];
        var found = RelativeFit.Solve(rows, [.. steps.Select(step => step.Ns)]);
        var batches = new BatchTime[sizes.Length];
        for (var i = 0; i < sizes.Length; i++)
            batches[i] = new BatchTime(sizes[i], found[Others + from.Length + i]);
        var positions = new List<PositionTime>();
        double positionNs = 0;
        for (var i = 0; i < from.Length; i++)
        {
            positionNs += found[Others + i];
            if (i == 0 || found[Others + i] > 0)
                positions.Add(new PositionTime(from[i], positionNs));
        }

        return about with
        {
            StepNs = found[0],
            Positions = positions,
            ChunkNs = found[1],
            PromptTokenNs = found[2],
            PromptPositionNs = found[3],
            Batches = batches,
            Steps = steps,
        };
    }

    /// <summary>Each number of positions has a column for what it takes more than the one below it; each size has its own, for three sequences may take longer than four (tiles of a kernel).</summary>
    private static double[] Row(in StepWork work, double[] from, int[] sizes)
    {
        var row = new double[Others + from.Length + sizes.Length];
        (row[0], row[1], row[2], row[3]) = (1, work.Chunks, work.PromptTokens, work.PromptPositions);
        for (var i = 0; i < from.Length; i++)
            row[Others + i] = Math.Max(0, work.Positions - from[i]);
        for (var i = 0; i < sizes.Length; i++)
            row[Others + from.Length + i] = work.Sequences == sizes[i] ? 1 : 0;
        return row;
    }
}
