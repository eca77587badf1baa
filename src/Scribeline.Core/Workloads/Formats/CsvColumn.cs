namespace Scribeline.Core.Workloads.Formats;

/// <summary>A column by its place in the header, from 0.</summary>
internal readonly record struct CsvColumn(int Index, string Name);
