//! Pixels in memory, of whatever format: turned and made small.

use crate::domain::viewed::Picture;

/// Rows of pixels, each with one to four parts: grey, grey and alpha, RGB, RGBA.
#[derive(Debug)]
pub(super) struct Raster {
    width: usize,
    height: usize,
    parts: usize,
    bytes: Vec<u8>,
    /// The orientation of Exif, from 1 to 8.
    orientation: u16,
}

impl Raster {
    /// `None` where there are no whole rows.
    pub(super) fn new(width: usize, parts: usize, bytes: Vec<u8>) -> Option<Self> {
        let height = bytes.len().checked_div(width.checked_mul(parts)?)?;
        (height > 0 && (1..=4).contains(&parts)).then_some(Self { width, height, parts, bytes, orientation: 1 })
    }

    /// The same picture as its orientation says that it is seen.
    pub(super) fn turned(self, orientation: u16) -> Self {
        Self { orientation, ..self }
    }

    /// Width and height as it is seen.
    fn seen(&self) -> (usize, usize) {
        if self.orientation >= 5 { (self.height, self.width) } else { (self.width, self.height) }
    }

    /// A pixel at a place of the picture as it is seen, on white.
    fn at(&self, x: usize, y: usize) -> [u8; 3] {
        let (right, bottom) = (self.width - 1, self.height - 1);
        // TIFF 6.0, the tag Orientation: which corner of the stored rows is the visible top left.
        let (x, y) = match self.orientation {
            2 => (right - x, y),
            3 => (right - x, bottom - y),
            4 => (x, bottom - y),
            5 => (y, x),
            6 => (y, bottom - x),
            7 => (right - y, bottom - x),
            8 => (right - y, x),
            _ => (x, y),
        };
        let start = (y * self.width + x) * self.parts;
        match self.bytes.get(start..start + self.parts) {
            Some([grey]) => [*grey; 3],
            Some([grey, alpha]) => on_white([*grey; 3], *alpha),
            Some([red, green, blue]) => [*red, *green, *blue],
            Some([red, green, blue, alpha]) => on_white([*red, *green, *blue], *alpha),
            _ => [255; 3],
        }
    }

    /// A picture of at most so many squares in width and height, with the same proportions. Each is the mean of what it stands for.
    pub(super) fn small(&self, widest: usize, tallest: usize) -> Option<Picture> {
        let (width, height) = self.seen();
        // The smaller of the two scales, as a fraction; never more than one.
        let (above, below) = if widest * height <= tallest * width { (widest, width) } else { (tallest, height) };
        let (above, below) = if above >= below { (1, 1) } else { (above, below) };
        let columns = (width * above / below).max(1);
        let rows = (height * above / below).max(1);
        let edge = |place: usize, count: usize, length: usize| place * length / count;
        let mut squares = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            let (top, bottom) = (edge(row, rows, height), edge(row + 1, rows, height));
            for column in 0..columns {
                let (left, right) = (edge(column, columns, width), edge(column + 1, columns, width));
                squares.push(self.mean((left, right.max(left + 1)), (top, bottom.max(top + 1))));
            }
        }
        Picture::new(columns, squares)
    }

    fn mean(&self, (left, right): (usize, usize), (top, bottom): (usize, usize)) -> [u8; 3] {
        let mut sums = [0_u64; 3];
        for y in top..bottom {
            for x in left..right {
                for (sum, part) in sums.iter_mut().zip(self.at(x, y)) {
                    *sum += u64::from(part);
                }
            }
        }
        let count = ((right - left) * (bottom - top)).max(1) as u64;
        sums.map(|sum| u8::try_from(sum / count).unwrap_or(u8::MAX))
    }
}

fn on_white(rgb: [u8; 3], alpha: u8) -> [u8; 3] {
    let alpha = u16::from(alpha);
    rgb.map(|part| u8::try_from((u16::from(part) * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX))
}

#[cfg(test)]
mod tests {
    use super::Raster;

    /// Three by two pixels, 1 to 6, as each orientation shows them (the table of TIFF 6.0, drawn out).
    #[test]
    fn every_orientation_is_seen_upright() {
        for (orientation, width, seen) in [
            (1, 3, [1, 2, 3, 4, 5, 6]),
            (2, 3, [3, 2, 1, 6, 5, 4]),
            (3, 3, [6, 5, 4, 3, 2, 1]),
            (4, 3, [4, 5, 6, 1, 2, 3]),
            (5, 2, [1, 4, 2, 5, 3, 6]),
            (6, 2, [4, 1, 5, 2, 6, 3]),
            (7, 2, [6, 3, 5, 2, 4, 1]),
            (8, 2, [3, 6, 2, 5, 1, 4]),
        ] {
            let raster = Raster::new(3, 1, vec![1, 2, 3, 4, 5, 6]).unwrap().turned(orientation);
            let (columns, rows) = raster.seen();
            assert_eq!(columns, width, "{orientation}");
            let places = (0..rows).flat_map(|y| (0..columns).map(move |x| (x, y)));
            let found: Vec<u8> = places.map(|(x, y)| raster.at(x, y)[0]).collect();
            assert_eq!(found, seen, "{orientation}");
        }
    }

    #[test]
    fn a_square_is_the_mean_of_its_pixels_and_thin_pictures_keep_one() {
        let raster = Raster::new(2, 1, vec![0, 100, 200, 100]).unwrap();
        let small = raster.small(1, 9).unwrap();
        assert_eq!((small.columns(), small.at(0, 0)), (1, Some(([100; 3], None))));
        let thin = Raster::new(10_000, 1, vec![5; 10_000]).unwrap().small(80, 40).unwrap();
        assert_eq!((thin.columns(), thin.rows()), (80, 1));
        assert!(Raster::new(0, 3, Vec::new()).is_none() && Raster::new(4, 3, vec![1]).is_none());
    }
}
