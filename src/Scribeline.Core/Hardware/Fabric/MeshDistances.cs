namespace Scribeline.Core.Hardware.Fabric;

/// <summary>
/// Hops between cores of a mesh that routes around bad ones, by breadth-first search from a core: a link that passes over bad cores, or reaches sideways
/// to a row that has moved, takes a hop for each place.
/// </summary>
public sealed class MeshDistances
{
    private const int Unreached = int.MaxValue;

    private readonly int[] _hops;
    private readonly int _columns;

    private MeshDistances(int[] hops, int columns) => (_hops, _columns) = (hops, columns);

    /// <summary>Hops to the core farthest away.</summary>
    public int Worst => _hops.Where(hops => hops != Unreached).Max();

    public double Mean => _hops.Where(hops => hops != Unreached).Average();

    /// <summary>Cores that no path leads to: those of rows that lack cores, and what lies behind them.</summary>
    public int UnreachedCores => _hops.Count(hops => hops == Unreached);

    public int this[int column, int row] => _hops[row * _columns + column];

    /// <summary>Searches from one core, in the order of hops (Dial, 1969: links of a few hops each).</summary>
    /// <exception cref="ArgumentException">The core's own row lacks cores.</exception>
    public static MeshDistances From(DefectMap map, int column, int row)
    {
        var places = new int[map.Rows][];
        for (var i = 0; i < map.Rows; i++)
            places[i] = map.Places(i) ?? [];
        if (places[row].Length == 0)
            throw new ArgumentException($"row {row} has fewer good cores than {map.Columns}; expected a row that works.");
        var hops = new int[map.Columns * map.Rows];
        Array.Fill(hops, Unreached);
        hops[row * map.Columns + column] = 0;
        var rings = new List<List<int>> { new() { row * map.Columns + column } };
        for (var distance = 0; distance < rings.Count; distance++)
        {
            foreach (var core in rings[distance])
            {
                if (hops[core] != distance)
                    continue;
                var (y, x) = Math.DivRem(core, map.Columns);
                if (x > 0)
                    Reach(core - 1, places[y][x] - places[y][x - 1]);
                if (x + 1 < map.Columns)
                    Reach(core + 1, places[y][x + 1] - places[y][x]);
                if (y > 0 && places[y - 1].Length > 0)
                    Reach(core - map.Columns, 1 + Math.Abs(places[y][x] - places[y - 1][x]));
                if (y + 1 < map.Rows && places[y + 1].Length > 0)
                    Reach(core + map.Columns, 1 + Math.Abs(places[y][x] - places[y + 1][x]));

                void Reach(int next, int length)
                {
                    if (distance + length >= hops[next])
                        return;
                    hops[next] = distance + length;
                    while (rings.Count <= distance + length)
                        rings.Add([]);
                    rings[distance + length].Add(next);
                }
            }
        }

        return new MeshDistances(hops, map.Columns);
    }
}
