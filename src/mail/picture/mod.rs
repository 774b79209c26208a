//! A picture for the terminal: PNG, JPEG or GIF (its first frame), made small, in squares of one colour.
//!
//! The formats are read by libraries, with limits. What they give is one `Raster`, which is made small here.

mod orientation;
mod raster;

use std::io::Cursor;

use gif::{ColorOutput, MemoryLimit};
use png::Transformations;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use self::orientation::orientation;
use self::raster::Raster;
use super::letter::guarded;
use crate::domain::limits::{PICTURE_BYTES, PICTURE_PIXELS};
use crate::domain::viewed::Picture;

/// Passes over one progressive JPEG. Encoders make about ten.
const JPEG_SCANS: usize = 64;

/// Why a picture is not shown.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PictureError {
    #[error("this is no PNG, JPEG or GIF")]
    NoPicture,
    #[error("it has {0} x {1} pixels, and at most {max} million are read", max = PICTURE_PIXELS / 1_000_000)]
    TooLarge(usize, usize),
    #[error("the picture is damaged")]
    Damaged,
}

/// Reads a picture and makes it fit into so many columns and rows of the screen. It is never made larger, and what is
/// transparent lies on white.
///
/// # Errors
/// Where it is no picture of these kinds, has too many pixels, or is damaged.
pub fn picture(bytes: &[u8], columns: usize, rows: usize) -> Result<Picture, PictureError> {
    let read = || read(bytes);
    let raster = guarded(read).unwrap_or(Err(PictureError::Damaged))?;
    raster.small(columns.max(1), rows.max(1) * 2).ok_or(PictureError::Damaged)
}

fn read(bytes: &[u8]) -> Result<Raster, PictureError> {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => png(bytes),
        [0xFF, 0xD8, 0xFF, ..] => jpeg(bytes),
        [b'G', b'I', b'F', b'8', ..] => gif(bytes),
        _ => Err(PictureError::NoPicture),
    }
}

/// Whether so many pixels are read. It is asked before anything is set aside for them.
fn admitted(width: usize, height: usize) -> Result<(), PictureError> {
    let few = width.checked_mul(height).is_some_and(|pixels| pixels <= PICTURE_PIXELS);
    if few { Ok(()) } else { Err(PictureError::TooLarge(width, height)) }
}

fn png(bytes: &[u8]) -> Result<Raster, PictureError> {
    let damaged = |_| PictureError::Damaged;
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), png::Limits { bytes: PICTURE_BYTES });
    // Eight bits for each part of a colour, whatever the file has.
    decoder.set_transformations(Transformations::normalize_to_color8());
    let (width, height) = decoder.read_header_info().map_err(damaged)?.size();
    admitted(width as usize, height as usize)?;
    let mut reader = decoder.read_info().map_err(damaged)?;
    let size = reader.output_buffer_size().filter(|size| *size <= PICTURE_BYTES).ok_or(PictureError::Damaged)?;
    let mut pixels = vec![0; size];
    let frame = reader.next_frame(&mut pixels).map_err(damaged)?;
    Raster::new(frame.width as usize, frame.color_type.samples(), pixels).ok_or(PictureError::Damaged)
}

fn jpeg(bytes: &[u8]) -> Result<Raster, PictureError> {
    let damaged = |_| PictureError::Damaged;
    // What a file of several parts and a cut one have is shown as far as it goes.
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        .jpeg_set_max_scans(JPEG_SCANS)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(damaged)?;
    let info = decoder.info().ok_or(PictureError::Damaged)?;
    admitted(usize::from(info.width), usize::from(info.height))?;
    let pixels = decoder.decode().map_err(damaged)?;
    let turned = decoder.exif().map_or(1, |exif| orientation(exif));
    let raster = Raster::new(usize::from(info.width), 3, pixels).ok_or(PictureError::Damaged)?;
    Ok(raster.turned(turned))
}

fn gif(bytes: &[u8]) -> Result<Raster, PictureError> {
    let damaged = |_| PictureError::Damaged;
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(ColorOutput::RGBA);
    options.set_memory_limit(MemoryLimit::Bytes(std::num::NonZeroU64::MIN.saturating_add(PICTURE_BYTES as u64)));
    let mut decoder = options.read_info(Cursor::new(bytes)).map_err(damaged)?;
    let frame = decoder.next_frame_info().map_err(damaged)?.ok_or(PictureError::Damaged)?;
    let width = usize::from(frame.width);
    admitted(width, usize::from(frame.height))?;
    let mut pixels = vec![0; decoder.buffer_size()];
    decoder.read_into_buffer(&mut pixels).map_err(damaged)?;
    Raster::new(width, 4, pixels).ok_or(PictureError::Damaged)
}

#[cfg(test)]
mod tests {
    use super::{PictureError, picture};

    /// Left half red, right half blue.
    fn halves(width: u32, height: u32) -> Vec<u8> {
        let pixel = |at: u32| if at % width < width / 2 { [255, 0, 0] } else { [0, 0, 255] };
        (0..width * height).flat_map(pixel).collect()
    }

    fn png(width: u32, height: u32, colour: png::ColorType, pixels: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(colour);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.write_header().unwrap().write_image_data(pixels).unwrap();
        bytes
    }

    fn gif(width: u16, height: u16) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = gif::Encoder::new(&mut bytes, width, height, &[]).unwrap();
        let pixels: Vec<u8> = (0..width * height).map(|at| u8::from(at % width >= width / 2)).collect();
        let palette = [255, 0, 0, 0, 0, 255];
        encoder.write_frame(&gif::Frame::from_palette_pixels(width, height, pixels, palette, None)).unwrap();
        drop(encoder);
        bytes
    }

    #[test]
    fn a_picture_fits_the_screen_and_is_never_made_larger() {
        let jpeg = include_bytes!("../../../tests/fixtures/pictures/halves.jpg").to_vec();
        for bytes in [png(64, 32, png::ColorType::Rgb, &halves(64, 32)), gif(64, 32), jpeg] {
            let small = picture(&bytes, 16, 20).unwrap();
            assert_eq!((small.columns(), small.rows()), (16, 4));
            let ([red, _, blue], _) = small.at(0, 0).unwrap();
            assert!(red > 200 && blue < 60);
            let ([red, _, blue], _) = small.at(15, 3).unwrap();
            assert!(red < 60 && blue > 200);
            let whole = picture(&bytes, 200, 200).unwrap();
            assert_eq!((whole.columns(), whole.rows()), (64, 16));
            assert_eq!(picture(&bytes, 200, 2).unwrap().rows(), 2);
        }
    }

    #[test]
    fn a_photograph_is_turned_as_its_camera_was() {
        // The same picture, stored lying on its side: orientation 6 of Exif.
        let small = picture(include_bytes!("../../../tests/fixtures/pictures/turned.jpg"), 200, 200).unwrap();
        assert_eq!((small.columns(), small.rows()), (32, 32));
        let (([red, ..], _), ([_, _, blue], _)) = (small.at(0, 0).unwrap(), small.at(0, 31).unwrap());
        assert!(red > 200 && blue > 200, "{red} {blue}");
    }

    #[test]
    fn what_is_transparent_lies_on_white() {
        let bytes = png(1, 1, png::ColorType::Rgba, &[0, 0, 0, 0]);
        assert_eq!(picture(&bytes, 8, 8).unwrap().at(0, 0), Some(([255; 3], None)));
        let grey = png(2, 1, png::ColorType::Grayscale, &[7, 9]);
        assert_eq!(picture(&grey, 8, 8).unwrap().at(1, 0), Some(([9; 3], None)));
    }

    /// A file of some bytes can claim any size: nothing is set aside for what it claims.
    #[test]
    fn a_picture_that_claims_too_much_is_refused() {
        let mut bytes = png(1, 1, png::ColorType::Rgb, &[0; 3]);
        bytes[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
        bytes[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
        let sum = crc(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&sum.to_be_bytes());
        assert_eq!(picture(&bytes, 10, 10), Err(PictureError::TooLarge(60_000, 60_000)));
        assert_eq!(picture(b"no picture", 10, 10), Err(PictureError::NoPicture));
    }

    #[test]
    fn what_is_cut_or_damaged_anywhere_is_an_error_and_no_panic() {
        let jpeg = include_bytes!("../../../tests/fixtures/pictures/turned.jpg").to_vec();
        for whole in [png(9, 7, png::ColorType::Rgb, &halves(9, 7)), gif(9, 7), jpeg] {
            for at in 0..whole.len() {
                let _ = picture(&whole[..at], 10, 10);
                let mut damaged = whole.clone();
                damaged[at] ^= 0xFF;
                let _ = picture(&damaged, 10, 10);
            }
        }
    }

    /// The checksum of a chunk (PNG, annex D).
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0_u32, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { 0xEDB8_8320 ^ (sum >> 1) } else { sum >> 1 })
        })
    }
}
