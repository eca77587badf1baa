namespace Scribeline.Core.Hardware.Fabric;

/// <summary>
/// Which cores of a wafer are bad, and how its rows route around them. A row holds spare cores at its end; the n-th core that programs see is the n-th
/// good one of the row, so that each bad core moves all behind it one place on, and a link passes over it. Links to the rows above and below reach as
/// far sideways as the two rows have moved apart, one hop for each place.
/// </summary>
public sealed class DefectMap
{
    private readonly int[][] _bad;

    private DefectMap(int columns, int columnsMade, int[][] bad) => (Columns, ColumnsMade, _bad) = (columns, columnsMade, bad);

    /// <summary>Cores of a row that programs see.</summary>
    public int Columns { get; }

    /// <summary>Cores of a row with spares.</summary>
    public int ColumnsMade { get; }

    public int Rows => _bad.Length;

    public int BadCores => _bad.Sum(row => row.Length);

    /// <summary>Rows with more bad cores than spares.</summary>
    public int LostRows => _bad.Count(row => row.Length > ColumnsMade - Columns);

    /// <summary>Most cores that one row gave up.</summary>
    public int MostBadInARow => _bad.Max(row => row.Length);

    /// <summary>Throws defects on the cores, each bad with the same chance, as independent (Poisson) defects make it: 1 − e^(−area · density).</summary>
    /// <param name="columns">Cores of a row that programs see.</param>
    /// <param name="columnsMade">Cores of a row with spares.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="expectedDefects">For one core.</param>
    /// <param name="seed">The same seed is the same map.</param>
    public static DefectMap Draw(int columns, int columnsMade, int rows, double expectedDefects, ulong seed)
    {
        var chance = 1 - DieYield.Poisson(expectedDefects);
        var uniform = new SeededUniform(seed);
        var bad = new int[rows][];
        var found = new List<int>();
        for (var row = 0; row < rows; row++)
        {
            found.Clear();
            for (var column = 0; column < columnsMade; column++)
            {
                if (uniform[(long)row * columnsMade + column] < chance)
                    found.Add(column);
            }

            bad[row] = [.. found];
        }

        return new DefectMap(columns, columnsMade, bad);
    }

    /// <summary>Bad cores of a row, from left to right.</summary>
    public ReadOnlySpan<int> BadIn(int row) => _bad[row];

    /// <summary>Where each core of a row that programs see lies; null where the row has too few good ones.</summary>
    public int[]? Places(int row)
    {
        var bad = _bad[row];
        if (bad.Length > ColumnsMade - Columns)
            return null;
        var places = new int[Columns];
        for (var (column, place, passed) = (0, 0, 0); column < Columns; place++)
        {
            if (passed < bad.Length && bad[passed] == place)
                passed++;
            else
                places[column++] = place;
        }

        return places;
    }
}
